using System.Diagnostics;
using System.Text.RegularExpressions;
using DrChaffee.Web.Tests.Infrastructure;
using DrChaffee.Web.Tests.Support;

namespace DrChaffee.Web.Tests.Deploy;

/// <summary>The script that starts the program in a container.</summary>
public sealed partial class SecretFilesTests
{
    [Fact]
    public async Task Every_setting_that_holds_a_secret_may_stand_in_a_file()
    {
        var token = TestContext.Current.CancellationToken;
        using var folder = new TestFolder();
        var script = await File.ReadAllTextAsync(RepositoryFolder.Of("deploy/drchaffee"), token);
        var start = new ProcessStartInfo("/bin/sh", [folder.Write("drchaffee", script.Replace("/usr/share/dotnet/dotnet /app/DrChaffee.Web.dll", "env", StringComparison.Ordinal))]) { UseShellExecute = false, RedirectStandardOutput = true };
        string[] names = ["PGPASSWORD", .. Marked.SecretNames.Where(name => !Open().IsMatch(name))];
        foreach (var name in names) start.Environment[$"{name}_FILE"] = folder.Write(name, $"{Marked.Word} {name}\n");

        using var program = Process.Start(start)!;
        var told = (await program.StandardOutput.ReadToEndAsync(token)).Split('\n');
        await program.WaitForExitAsync(token);

        Assert.All(names, name => Assert.Contains($"{name}={Marked.Word} {name}", told));
    }

    /// <summary>What says who or where, or is a file already.</summary>
    [GeneratedRegex("(EMAILS|MAIL_TO|MAIL_FROM|AUTHORITY|ENDPOINT|CLIENT_ID|BASE_URL|MODELS_URL|COOKIES_FILE)$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Open();
}
