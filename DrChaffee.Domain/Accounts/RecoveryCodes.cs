using System.Security.Cryptography;
using System.Text;

namespace DrChaffee.Domain.Accounts;

/// <summary>Ten codes on paper, for whoever has lost the phone.</summary>
public static class RecoveryCodes
{
    public const int Count = 10;

    /// <summary>80 bits: too many to be guessed from the hash.</summary>
    private const int Bytes = 10;

    public static IReadOnlyList<string> New() => [.. Enumerable.Range(0, Count).Select(_ => Written(Base32.Encode(RandomNumberGenerator.GetBytes(Bytes))))];

    /// <summary>However it is written: with spaces, dashes, or neither.</summary>
    public static string Hash(string code) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(Plain(code).ToUpperInvariant())));

    /// <summary>Without what people put between letters and digits.</summary>
    public static string Plain(string code) => string.Concat(code.Where(char.IsAsciiLetterOrDigit));

    private static string Written(string letters) => string.Join('-', letters.Chunk(4).Select(four => new string(four))).ToLowerInvariant();
}
