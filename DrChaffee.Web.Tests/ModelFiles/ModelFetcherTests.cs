using System.Net;
using DrChaffee.Domain.Settings;
using DrChaffee.Ingestion.ModelFiles;
using DrChaffee.Web.Tests.Infrastructure;
using Microsoft.Extensions.Logging.Abstractions;

namespace DrChaffee.Web.Tests.ModelFiles;

public sealed class ModelFetcherTests : IAsyncLifetime
{
    private static readonly ModelCard Tiny = new() { Name = "tiny", Dimensions = 8, Repository = "owner/tiny", Files = [new ModelFile("onnx/model.onnx"), new ModelFile("vocab.txt")] };

    private readonly TestFolder _models = new();
    private readonly List<FetchProgress> _progress = [];
    private ModelHub _hub = null!;

    private string Model => Path.Combine(_models.Path, "tiny", "model.onnx");

    private string Part => $"{Model}.part";

    public async ValueTask InitializeAsync() => _hub = await ModelHub.StartAsync();

    [Fact]
    public async Task Files_come_whole_with_their_hashes_kept_beside_them()
    {
        await FetchAsync(Tiny);

        Assert.Equal(ModelHub.Large, await File.ReadAllBytesAsync(Model, TestContext.Current.CancellationToken));
        Assert.Equal(ModelHub.Small, await File.ReadAllBytesAsync(Path.Combine(_models.Path, "tiny", "vocab.txt"), TestContext.Current.CancellationToken));
        Assert.False(File.Exists(Part));
        Assert.Equal(["model.onnx", "vocab.txt"], File.ReadLines(Path.Combine(_models.Path, "tiny", "SHA256SUMS")).Select(line => line.Split("  ")[1]));
        Assert.Contains(new FetchProgress("model.onnx", ModelHub.Large.Length, ModelHub.Large.Length), _progress);
    }

    [Fact]
    public async Task A_connection_cut_in_the_middle_goes_on_where_it_broke()
    {
        _hub.Cuts = 2;

        await FetchAsync(Tiny);

        Assert.Equal(ModelHub.Large, await File.ReadAllBytesAsync(Model, TestContext.Current.CancellationToken));
        Assert.Equal(3, _hub.Asked.Count);
        Assert.Equal(_hub.Asked.Order().Distinct(), _hub.Asked);
    }

    [Fact]
    public async Task A_download_that_was_given_up_goes_on_the_next_time()
    {
        _hub.Cuts = 99;
        _hub.Sent = ModelHub.Large[..1]; // nothing more comes
        var failure = await Assert.ThrowsAsync<ModelException>(() => FetchAsync(Tiny));
        (_hub.Cuts, _hub.Sent) = (0, ModelHub.Large);
        await File.WriteAllBytesAsync(Part, ModelHub.Large[..100_000], TestContext.Current.CancellationToken);

        await FetchAsync(Tiny);

        Assert.EndsWith("run 'drchaffee models fetch tiny' again, and it goes on from there.", failure.Message, StringComparison.Ordinal);
        Assert.Equal(100_000, _hub.Asked.Last());
        Assert.Equal(ModelHub.Large, await File.ReadAllBytesAsync(Model, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task The_beginning_of_another_file_is_thrown_away()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Part)!);
        await File.WriteAllBytesAsync(Part, new byte[1_000], TestContext.Current.CancellationToken);

        await FetchAsync(Tiny);

        Assert.Equal([1_000, 0], _hub.Asked);
        Assert.Equal(ModelHub.Large, await File.ReadAllBytesAsync(Model, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Wrong_bytes_are_deleted_and_told_with_both_hashes()
    {
        _hub.Sent = new byte[ModelHub.Large.Length];

        var failure = await Assert.ThrowsAsync<ModelException>(() => FetchAsync(Tiny));

        Assert.Contains("as model.onnx is not that file: its SHA-256 is", failure.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(Model) || File.Exists(Part));
    }

    [Theory]
    [InlineData(HttpStatusCode.NotFound, "127.0.0.1 has no onnx/model.onnx of owner/tiny at main (404); the model may have moved.")]
    [InlineData(HttpStatusCode.Unauthorized, "127.0.0.1 refuses onnx/model.onnx of owner/tiny (401); fetch it in a browser and put it into the model's folder.")]
    [InlineData(HttpStatusCode.InternalServerError, "127.0.0.1 answers with an error (500); try again later. What has come of onnx/model.onnx is kept.")]
    public async Task A_refusal_is_told_in_one_sentence(HttpStatusCode status, string sentence)
    {
        _hub.Refusal = status;

        var failure = await Assert.ThrowsAsync<ModelException>(() => FetchAsync(Tiny));

        Assert.Equal(sentence, failure.Message);
    }

    [Fact]
    public async Task A_hub_that_offers_another_file_than_the_catalogue_pins_is_not_believed()
    {
        var pinned = Tiny with { Files = [new ModelFile("onnx/model.onnx", 300_000, new string('0', 64)), new ModelFile("vocab.txt")] };

        var failure = await Assert.ThrowsAsync<ModelException>(() => FetchAsync(pinned));

        Assert.StartsWith("127.0.0.1 now offers another onnx/model.onnx of owner/tiny than the one that belongs to tiny", failure.Message, StringComparison.Ordinal);
        Assert.Empty(_hub.Asked);
    }

    [Fact]
    public async Task A_file_placed_by_hand_counts_and_one_that_changed_since_does_not()
    {
        _models.Write("tiny/model.onnx", "by hand");
        await FetchAsync(Tiny);
        var asked = _hub.Asked.Count;
        _models.Write("tiny/model.onnx", "changed");

        var failure = await Assert.ThrowsAsync<ModelException>(() => FetchAsync(Tiny));

        Assert.Equal(0, asked);
        Assert.Contains("model.onnx is not the file that belongs to tiny", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_deleted_by_hand_and_fetched_again_is_held_against_what_its_source_says_now()
    {
        _models.Write("tiny/model.onnx", "by hand");
        await FetchAsync(Tiny);
        File.Delete(Model);

        await FetchAsync(Tiny);

        Assert.Equal(ModelHub.Large, await File.ReadAllBytesAsync(Model, TestContext.Current.CancellationToken));
        await FetchAsync(Tiny);
    }

    [Fact]
    public async Task A_full_disk_is_told_as_such()
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "This system has no disk that is always full.");
        Directory.CreateDirectory(Path.GetDirectoryName(Part)!);
        File.CreateSymbolicLink(Part, "/dev/full");

        var failure = await Assert.ThrowsAsync<ModelException>(() => FetchAsync(Tiny));

        Assert.StartsWith($"The disk under {_models.Path} is full", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_hub_out_of_reach_is_told_as_such()
    {
        await _hub.DisposeAsync();

        var failure = await Assert.ThrowsAsync<ModelException>(() => FetchAsync(Tiny));

        Assert.StartsWith("127.0.0.1 cannot be reached, or the connection broke (", failure.Message, StringComparison.Ordinal);
    }

    public async ValueTask DisposeAsync()
    {
        await _hub.DisposeAsync();
        _models.Dispose();
    }

    private async Task FetchAsync(ModelCard card)
    {
        var settings = new ChaffeeSettings { ConnectionString = "", ModelsDirectory = _models.Path, ModelsUrl = _hub.Address };
        var catalogue = new ModelCatalogue(settings, NullLogger<ModelCatalogue>.Instance);
        using var fetcher = new ModelFetcher(settings, catalogue, new ModelSums(catalogue), TimeProvider.System, pause: TimeSpan.FromMilliseconds(1));
        await fetcher.FetchAsync(card, new Listener(_progress), TestContext.Current.CancellationToken);
    }

    private sealed class Listener(List<FetchProgress> heard) : IProgress<FetchProgress>
    {
        public void Report(FetchProgress value) => heard.Add(value);
    }
}
