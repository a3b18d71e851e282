using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace DrChaffee.Web.Tests.Alerts;

/// <summary>A mail server of ours: takes letters from whoever knows the password, and answers RCPT as a test tells it to.</summary>
internal sealed class MailServer : IAsyncDisposable
{
    public const string User = "operator@example.org";
    public const string Password = "pass word:of the/mail";

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly Task _serving;

    public MailServer()
    {
        _listener.Start();
        _serving = ServeAsync();
    }

    /// <summary>What RCPT is answered with, in turn; 250 when there is none left.</summary>
    public ConcurrentQueue<string> Answers { get; } = new();

    /// <summary>What AUTH is answered with, whoever it is; null: by the password.</summary>
    public string? SignIn { get; init; }

    /// <summary>Ends each connection before a word is said.</summary>
    public bool HangsUp { get; init; }

    /// <summary>How many letters are to be broken off before their end is answered.</summary>
    public int Drops { get; set; }

    public ConcurrentQueue<string> Letters { get; } = new();

    public ConcurrentQueue<string> Commands { get; } = new();

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _serving;
        _listener.Dispose();
        _end.Dispose();
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                using var client = await _listener.AcceptTcpClientAsync(_end.Token);
                try
                {
                    await TalkAsync(client.GetStream());
                }
                catch (Exception ex) when (ex is IOException or SocketException)
                {
                    // Who called hung up.
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The test is over.
        }
    }

    private async Task TalkAsync(NetworkStream stream)
    {
        if (HangsUp) return;
        using var reader = new StreamReader(stream, Encoding.UTF8);
        await using var writer = new StreamWriter(stream, new UTF8Encoding(false)) { NewLine = "\r\n", AutoFlush = true };
        await writer.WriteLineAsync("220 here");
        while (await reader.ReadLineAsync(_end.Token) is { } line)
        {
            Commands.Enqueue(line);
            var command = line.Split(' ')[0].ToUpperInvariant();
            if (command == "DATA" && !await TakeAsync(reader, writer)) return;
            if (command != "DATA") await writer.WriteLineAsync(Answer(command, line));
            if (command == "QUIT") return;
        }
    }

    private string Answer(string command, string line) => command switch
    {
        "EHLO" => "250-here\r\n250 AUTH PLAIN",
        "AUTH" => SignIn ?? (line == $"AUTH PLAIN {Convert.ToBase64String(Encoding.UTF8.GetBytes($"\0{User}\0{Password}"))}" ? "235 welcome" : $"535 {Password} is wrong"),
        "RCPT" => Answers.TryDequeue(out var answer) ? answer : "250 ok",
        "QUIT" => "221 bye",
        "MAIL" or "RSET" or "NOOP" => "250 ok",
        _ => "502 not here",
    };

    /// <returns>False where the line is to be cut.</returns>
    private async Task<bool> TakeAsync(StreamReader reader, StreamWriter writer)
    {
        await writer.WriteLineAsync("354 go on");
        var letter = new StringBuilder();
        while (await reader.ReadLineAsync(_end.Token) is { } line && line != ".") letter.AppendLine(line);
        Letters.Enqueue(letter.ToString());
        if (Drops-- > 0) return false;
        await writer.WriteLineAsync("250 taken");
        return true;
    }
}
