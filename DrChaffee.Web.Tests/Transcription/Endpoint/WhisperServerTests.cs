using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using DrChaffee.Domain.Settings;
using DrChaffee.Ingestion.Pipeline;
using DrChaffee.Ingestion.Transcription.Endpoint;
using DrChaffee.Web.Tests.Infrastructure;

namespace DrChaffee.Web.Tests.Transcription.Endpoint;

/// <summary>The real server of whisper.cpp, where WHISPER_SERVER names its program, with a model of random weights.</summary>
public sealed class WhisperServerTests : IDisposable
{
    private const string Variable = "WHISPER_SERVER";

    private readonly TestFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Its_answers_are_understood()
    {
        var program = Environment.GetEnvironmentVariable(Variable);
        Assert.SkipWhen(string.IsNullOrEmpty(program), $"{Variable} is not set: no whisper-server to test against.");
        var model = Path.Combine(_folder.Path, "random.bin");
        RandomGgml.Write(SharedFiles.Find("models", "whisper-stubs", "for-tests-ggml-tiny.bin"), model);
        var port = FreePort();
        var start = new ProcessStartInfo(program!, ["--host", "127.0.0.1", "--port", $"{port}", "--inference-path", "/v1/audio/transcriptions", "-m", model, "-ng", "-nlp"]) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        using var server = Process.Start(start)!;
        server.OutputDataReceived += (_, _) => { };
        server.ErrorDataReceived += (_, _) => { };
        server.BeginOutputReadLine();
        server.BeginErrorReadLine();
        try
        {
            await Poll.UntilAsync(() => Task.FromResult(Answers(port)));
            var settings = new ChaffeeSettings
            {
                ConnectionString = "",
                DataDirectory = _folder.Path,
                Transcription = new TranscriptionSettings { Endpoint = new TranscriptionEndpoint(new Uri($"http://127.0.0.1:{port}/v1"), "whisper-1", null), Language = "en" },
            };
            using var transcriber = new OpenAiTranscriber(settings, new SendingBudget(settings, TimeProvider.System), TimeProvider.System);
            var source = new ClaimedSource(1, "file-a", 1, new SourceFacts("file", "a", "A", null, null, null, null, "a"));
            var audio = new DecodedAudio(source, new FetchedMedia(source, "a.mp3", null), SharedFiles.Find("data", "audio", "jfk", "jfk.wav"), TimeSpan.FromSeconds(11));

            var said = await transcriber.TranscribeAsync(audio, new Progress<double>(), Token);

            TestContext.Current.TestOutputHelper?.WriteLine($"{said.Lines.Count} lines, the first is \"{said.Lines[0].Text}\"; {said.Lines.Count(line => line.Words is not null)} with words; figures {said.Lines[0].Quality}");
            Assert.NotEmpty(said.Lines);
            Assert.All(said.Lines, line => Assert.InRange(line.End.TotalSeconds, line.Start.TotalSeconds, 11.1));
            Assert.All(said.Lines, line => Assert.NotNull(line.Quality!.AvgLogprob));
        }
        finally
        {
            server.Kill();
            await server.WaitForExitAsync(CancellationToken.None);
        }
    }

    public void Dispose() => _folder.Dispose();

    private static bool Answers(int port)
    {
        try
        {
            using var client = new TcpClient();
            client.Connect(IPAddress.Loopback, port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
