using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace DrChaffee.Domain.Accounts;

/// <summary>Codes that a phone makes from a shared secret and the time (RFC 6238: SHA-1, steps of 30 seconds, six digits).</summary>
public static class Totp
{
    public const int Digits = 6;
    private const int SecretBytes = 20;
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(30);

    /// <summary>Written as authenticators take it.</summary>
    public static string NewSecret() => Base32.Encode(RandomNumberGenerator.GetBytes(SecretBytes));

    public static long StepOf(DateTimeOffset at) => at.ToUnixTimeSeconds() / (long)Step.TotalSeconds;

    public static string Code(ReadOnlySpan<byte> secret, long step, int digits = Digits)
    {
        Span<byte> counter = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(counter, step);
        Span<byte> hash = stackalloc byte[HMACSHA1.HashSizeInBytes];
#pragma warning disable CA5350 // what authenticators speak; the weakness of SHA-1 is in collisions, which do not matter here
        HMACSHA1.HashData(secret, counter, hash);
#pragma warning restore CA5350
        var number = BinaryPrimitives.ReadInt32BigEndian(hash[(hash[^1] & 15)..]) & int.MaxValue;
        return (number % (long)Math.Pow(10, digits)).ToString(CultureInfo.InvariantCulture).PadLeft(digits, '0');
    }

    /// <summary>The step that a code belongs to: this one, the one before or the one after, for clocks that differ a little. Null where it is wrong, or no newer than <paramref name="lastStep"/>.</summary>
    public static long? TryMatch(string secret, string code, DateTimeOffset now, long? lastStep)
    {
        if (Base32.TryDecode(secret) is not { } key) return null;
        var given = Encoding.UTF8.GetBytes(code);
        long? matched = null;
        for (var step = StepOf(now) - 1; step <= StepOf(now) + 1; step++)
            if (CryptographicOperations.FixedTimeEquals(given, Encoding.UTF8.GetBytes(Code(key, step))) && step > (lastStep ?? long.MinValue)) matched ??= step;
        return matched;
    }

    /// <summary>What a QR code holds.</summary>
    public static string Link(string account, string secret) =>
        $"otpauth://totp/DrChaffee:{Uri.EscapeDataString(account)}?secret={secret}&issuer=DrChaffee";
}
