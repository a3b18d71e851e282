using System.Globalization;
using System.Text;
using CsCheck;
using DrChaffee.Benchmarks;

namespace DrChaffee.Web.Tests.Guard;

/// <summary>Texts, bytes and requests such as somebody sends who looks for a fault. The same number gives the same one.</summary>
internal static class Hostile
{
    public const ulong Seed = 20_261_125;

    private static readonly string[] Known =
    [
        "", " ", "\0", "a\0b", "' OR 1=1--", "\"; DROP TABLE sources;--", "%s%s%n", "${jndi:ldap://x/a}", "{{7*7}}", "<script>alert(1)</script>", "../../../../etc/passwd", "..\\..\\win.ini", "file:///etc/passwd",
        "NaN", "Infinity", "-1", "-0", "0", "99999999999999999999", "2147483648", "1e308", "0x10", "٣٤", "true", "false", "null", "[]", "2024-02-30", "9999-12-31", "0001-01-01", "hybrid", "semantic", "json", "vtt",
        "\uFFFF", "\u202E", "\r\nSet-Cookie: a=b", "salt", "salt and water", "speaker:\"", "youtube-dQw4w9WgXcQ", "((((((((((((((((((((((((((((", "* * * * *", "http://127.0.0.1/", "postgresql://a:b@c/d?e",
    ];

    private static readonly (string Path, string[] Names)[] Routes =
    [
        ("/", ["q", "channel", "speaker", "year", "source", "sort", "page", "unfinished"]),
        ("/library", ["q", "channel", "speaker", "state", "order", "page"]),
        ("/watch/{0}", ["t"]),
        ("/api/search", ["q", "mode", "take", "skip", "channel", "speaker", "from", "to", "source", "sort", "facets"]),
        ("/api/suggestions", ["q", "take"]),
        ("/api/sources", ["q", "channel", "speaker", "state", "order", "take", "skip"]),
        ("/api/sources/{0}", []),
        ("/api/sources/{0}/transcript", ["format"]),
        ("/media/{0}", []),
        ("/health", ["a"]),
        ("/account/sign-in", ["return"]),
        ("/account/setup", ["token"]),
        ("/api/admin/{0}", ["take"]),
        ("/{0}", ["q"]),
    ];

    public static Gen<byte[]> Bytes { get; } = Gen.Byte.Array[0, 200];

    public static Gen<string> Text { get; } = Gen.Frequency(
        (3, Gen.OneOf(Known)),
        (2, Gen.String[0, 60]),
        (1, Gen.Int.Select(seed => QueryNoise.Query(new Random(seed), ["salt", "water", "kidney"]))),
        (1, Gen.Double.Select(number => number.ToString(CultureInfo.InvariantCulture))),
        (1, Gen.Select(Gen.OneOf(Known), Gen.Int[1, 700]).Select((text, times) => string.Concat(Enumerable.Repeat(text, times)))));

    /// <summary>As an address holds it: text that was escaped, or bytes that are none.</summary>
    private static readonly Gen<string> Escaped = Gen.Frequency(
        (5, Text.Select(text => Uri.EscapeDataString(text.Length > 10_500 ? text[..10_500] : text))),
        (1, Bytes.Select(bytes => string.Concat(bytes.Select(b => $"%{b:X2}")))));

    /// <summary>A method and an address of this site.</summary>
    public static Gen<(string Method, string Address)> Request { get; } = Gen.Select(
        Gen.OneOf(Routes), Escaped, Gen.Select(Gen.Int[0, 20], Escaped).Array[0, 4], Gen.Frequency((12, Gen.Const("GET")), (1, Gen.Const("HEAD")), (1, Gen.Const("POST")), (1, Gen.Const("PUT"))))
        .Select((route, key, values, method) => (method, string.Format(CultureInfo.InvariantCulture, route.Path, key.Length is 0 or > 3000 ? "a" : key) + Query(route.Names, values)));

    /// <summary>What number so-and-so is.</summary>
    public static T Number<T>(this Gen<T> gen, int number) => gen.Generate(new PCG((uint)number, Seed), null, out _);

    private static string Query(string[] names, (int Name, string Value)[] values)
    {
        if (names.Length == 0 || values.Length == 0) return "";
        var query = new StringBuilder("?");
        foreach (var (name, value) in values) query.Append(names[name % names.Length]).Append('=').Append(value).Append('&');
        return query.ToString(0, Math.Min(query.Length, 100_000));
    }
}
