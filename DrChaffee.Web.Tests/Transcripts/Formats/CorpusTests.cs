using System.Diagnostics;
using DrChaffee.Domain.Transcripts;
using DrChaffee.Domain.Transcripts.Formats;

namespace DrChaffee.Web.Tests.Transcripts.Formats;

/// <summary>Reads every file of four real collections, where the machine has them.</summary>
public sealed class CorpusTests
{
    [Theory]
    [InlineData("changelog", 2084, 20_000_000, 600_000, 2000, 2200)]
    [InlineData("bitcointranscripts", 128, 900_000, 25_000, 90, 110)]
    [InlineData("virtual-coffee", 70, 600_000, 70_000, 64, 66)]
    [InlineData("earnings22", 125, 1_000_000, 40_000, 115, 125)]
    public async Task No_file_of_a_real_collection_is_lost(string name, int files, int leastWords, int leastLines, int leastHours, int mostHours)
    {
        var archive = FindArchive(name) ?? "";
        Assert.SkipUnless(File.Exists(archive), $"shared/data/transcripts/{name}.tar.xz is not beside this checkout.");
        var folder = Directory.CreateTempSubdirectory(name);
        try
        {
            await UnpackAsync(archive, folder.FullName);

            var figures = folder.EnumerateFiles("*", SearchOption.AllDirectories).Where(IsTranscript).Select(file => Figures.Of(file.FullName)).ToList();

            Assert.All(figures, figure => Assert.Null(figure.Fault));
            Assert.Equal(files, figures.Count);
            Assert.InRange(figures.Sum(figure => figure.Words), leastWords, (int)(leastWords * 1.2));
            Assert.InRange(figures.Sum(figure => figure.Lines), leastLines, leastLines * 2);
            Assert.InRange(figures.Sum(figure => figure.Length.TotalHours), leastHours, mostHours);
            Assert.All(figures, figure => Assert.InRange(figure.Words / figure.Length.TotalSeconds, 1, 5));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static bool IsTranscript(FileInfo file) =>
        TranscriptFile.IsKnown(file.Name) && !file.Name.StartsWith("LICENSE", StringComparison.Ordinal) && !file.Name.Contains("upstream", StringComparison.Ordinal) && !file.Name.Contains("license", StringComparison.Ordinal);

    private static string? FindArchive(string name)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var path = Path.Combine(folder.FullName, "shared", "data", "transcripts", $"{name}.tar.xz");
            if (File.Exists(path))
                return path;
        }

        return null;
    }

    private static async Task UnpackAsync(string archive, string folder)
    {
        using var tar = Process.Start(new ProcessStartInfo("tar") { ArgumentList = { "-xJf", archive, "-C", folder } })!;
        await tar.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, tar.ExitCode);
    }

    private sealed record Figures(string File, int Lines, int Words, TimeSpan Length, string? Fault)
    {
        public static Figures Of(string file)
        {
            var lines = TranscriptFile.Read(file, System.IO.File.ReadAllBytes(file)).Lines;
            return new Figures(Path.GetFileName(file), lines.Count, lines.Sum(CountWords), lines[^1].End, Reading.Fault(lines));
        }

        private static int CountWords(TranscriptLine line) => line.Text.Count(char.IsWhiteSpace) + 1;
    }
}
