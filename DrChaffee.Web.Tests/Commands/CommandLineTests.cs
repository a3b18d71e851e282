using DrChaffee.Web.Tests.Infrastructure;

namespace DrChaffee.Web.Tests.Commands;

/// <summary>Runs the program as a person does, and reads what it says.</summary>
public sealed class CommandLineTests
{
    [Theory]
    [InlineData("--limit", "abc", "--limit is 'abc'; write a whole number of 1 or more.")]
    [InlineData("--limit", "0", "--limit is '0'; write a whole number of 1 or more.")]
    [InlineData("--since", "yesterday", "--since is 'yesterday'; write a day such as 2024-05-31.")]
    [InlineData("--source", "foo", "--source is 'foo'; write yt-dlp, youtube, rss or folder.")]
    public async Task A_wrong_option_is_told_in_one_sentence(string option, string value, string sentence)
    {
        var (exitCode, output, errors) = await ProgramRun.OfAsync(database: null, "ingest", "--channel", "samples", option, value);

        Assert.Equal((1, ""), (exitCode, output));
        Assert.Equal($"{sentence} See 'drchaffee ingest --help'.", errors.Trim());
    }

    [Fact]
    public async Task The_help_calls_the_program_by_its_name()
    {
        var (exitCode, output, _) = await ProgramRun.OfAsync(database: null, "--help");

        Assert.Equal(0, exitCode);
        Assert.Contains("drchaffee [command]", output, StringComparison.Ordinal);
        Assert.DoesNotContain("DrChaffee.Web", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_empty_folder_names_the_formats_and_a_dry_run_counts_what_is_to_be_taken()
    {
        await using var database = new TestDatabase();
        await database.InitializeAsync();
        using var folder = new TestFolder();
        Task<ProgramRun> IngestAsync(params string[] options) =>
            ProgramRun.OfAsync(database.ConnectionString, ["ingest", "--source", "folder", "--channel", folder.Path, .. options]);

        var (_, empty, _) = await IngestAsync();
        folder.Write("bad.mp3", "no sound");
        folder.Write("bad.vtt", "no captions");
        var (_, dry, _) = await IngestAsync("--dry-run");
        var (exitCode, output, errors) = await IngestAsync();

        Assert.Contains(".mp3", empty, StringComparison.Ordinal);
        Assert.Contains("1 found, 1 to take, 0 unchanged.", dry, StringComparison.Ordinal);
        Assert.Equal((1, "The only recording failed."), (exitCode, errors.Trim()));
        Assert.Single(output.Split('\n'), line => line.StartsWith("failed (broken) Bad: ", StringComparison.Ordinal));
    }
}
