using System.Diagnostics;

namespace DrChaffee.Web.Tests.Infrastructure;

/// <summary>The program run as a person runs it, with what it said.</summary>
internal sealed record ProgramRun(int ExitCode, string Output, string Errors)
{
    public static async Task<ProgramRun> RunAsync(IEnumerable<string> arguments, params (string Name, string? Value)[] variables)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "DrChaffee.Web.dll"), .. arguments])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = AppContext.BaseDirectory, // no .env of the developer's
        };
        foreach (var (name, value) in variables) start.Environment[name] = value;
        using var program = Process.Start(start)!;
        var output = program.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var errors = program.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await program.WaitForExitAsync(TestContext.Current.CancellationToken);
        return new ProgramRun(program.ExitCode, await output, (await errors).Trim());
    }
}
