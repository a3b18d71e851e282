using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using DrChaffee.Domain.Data;

namespace DrChaffee.Ingestion.Alerts.Carriers;

/// <summary>What the webhook is sent: a JSON object that Slack reads by <c>text</c>, Discord by <c>content</c>, and any other program by its fields.</summary>
internal static class AlertPayload
{
    public const string TimestampHeader = "X-DrChaffee-Timestamp";
    public const string SignatureHeader = "X-DrChaffee-Signature";

    /// <summary>Discord takes no more.</summary>
    private const int LongestContent = 2000;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    public static byte[] Write(AlertMessage message)
    {
        var whole = $"{message.Headline}. {message.Text}";
        return JsonSerializer.SerializeToUtf8Bytes(
            new Body(
                message.Key, message.Subject, SnakeCase.Name(AlertRecord.NewsOf(message.Subject, message.State)), message.Headline, message.CreatedAt, Environment.MachineName, ForSlack(whole),
                whole.Length > LongestContent ? $"{whole[..(LongestContent - 1)]}…" : whole, new Mentions([])),
            Json);
    }

    /// <summary><c>sha256=</c> and the HMAC, in hexadecimal digits, of the timestamp, a full stop and the body.</summary>
    public static string Sign(string secret, string timestamp, byte[] body)
    {
        byte[] signed = [.. Encoding.UTF8.GetBytes($"{timestamp}."), .. body];
        return $"sha256={Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), signed))}";
    }

    /// <summary>A title that somebody else wrote must not call a whole channel.</summary>
    private static string ForSlack(string text) => text.Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal).Replace(">", "&gt;", StringComparison.Ordinal);

    private sealed record Body(string Key, string Subject, string News, string Headline, DateTimeOffset CreatedAt, string Machine, string Text, string Content, Mentions AllowedMentions);

    private sealed record Mentions(string[] Parse);
}
