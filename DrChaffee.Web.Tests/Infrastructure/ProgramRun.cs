using System.Diagnostics;

namespace DrChaffee.Web.Tests.Infrastructure;

/// <summary>The program run as a person runs it: a process of its own, and what it said.</summary>
internal sealed record ProgramRun(int ExitCode, string Output, string Errors)
{
    public static Task<ProgramRun> OfAsync(string? database, params IEnumerable<string> arguments) => RunAsync(arguments, ("DATABASE_URL", database));

    public static Task<ProgramRun> RunAsync(IEnumerable<string> arguments, params IEnumerable<(string Name, string? Value)> variables) => RunAsync(input: "", arguments, variables);

    /// <param name="input">What the program reads from standard input.</param>
    public static async Task<ProgramRun> RunAsync(string input, IEnumerable<string> arguments, params IEnumerable<(string Name, string? Value)> variables)
    {
        using var program = Start(arguments, variables);
        await program.StandardInput.WriteAsync(input);
        program.StandardInput.Close();
        var output = program.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var errors = program.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await program.WaitForExitAsync(TestContext.Current.CancellationToken);
        return new ProgramRun(program.ExitCode, await output, (await errors).Trim());
    }

    /// <summary>Whoever calls it ends it.</summary>
    public static Process Start(IEnumerable<string> arguments, params IEnumerable<(string Name, string? Value)> variables)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "DrChaffee.Web.dll"), .. arguments])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = AppContext.BaseDirectory, // no .env of the developer's
        };
        foreach (var (name, value) in variables) start.Environment[name] = value;
        return Process.Start(start)!;
    }
}
