using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using DrChaffee.Web.Tests.Infrastructure;

namespace DrChaffee.Web.Tests.Deploy;

/// <summary>systemd's own opinion of the unit, where it is installed.</summary>
public sealed partial class SystemdTests
{
    private static readonly string Unit = RepositoryFolder.Of("deploy/drchaffee.service");

    [Fact]
    public async Task The_unit_is_understood()
    {
        using var folder = new TestFolder();
        var unit = folder.Write("drchaffee.service", (await File.ReadAllTextAsync(Unit, TestContext.Current.CancellationToken)).Replace("/usr/bin/dotnet", "/bin/sh", StringComparison.Ordinal));

        Assert.Equal((0, ""), await AnalyzeAsync("verify", "--man=no", unit));
    }

    [Fact]
    public async Task The_unit_is_held_tight()
    {
        var (_, output) = await AnalyzeAsync("security", "--offline=true", "--no-pager", Unit);

        Assert.InRange(double.Parse(Level().Match(output).Groups["level"].Value, CultureInfo.InvariantCulture), 0.1, 2.0);
    }

    private static async Task<(int ExitCode, string Output)> AnalyzeAsync(params string[] arguments)
    {
        Assert.SkipUnless(Installation.Has("systemd-analyze"), "systemd is not installed.");
        var start = new ProcessStartInfo("systemd-analyze", arguments) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, output + await errors);
    }

    [GeneratedRegex(@"Overall exposure level for \S+: (?<level>[\d.]+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Level();
}
