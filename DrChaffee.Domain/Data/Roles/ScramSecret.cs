using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace DrChaffee.Domain.Data.Roles;

/// <summary>Makes of a password what PostgreSQL stores of it, so that the password itself is in no statement and in no log of the server.</summary>
internal static class ScramSecret
{
    private const int Rounds = 4096;

    public static string Of(string password)
    {
        var salt = RandomNumberGenerator.GetBytes(16);
        var salted = Rfc2898DeriveBytes.Pbkdf2(password.Normalize(NormalizationForm.FormKC), salt, Rounds, HashAlgorithmName.SHA256, 32);
        var stored = SHA256.HashData(HMACSHA256.HashData(salted, "Client Key"u8));
        var server = HMACSHA256.HashData(salted, "Server Key"u8);
        return string.Create(CultureInfo.InvariantCulture, $"SCRAM-SHA-256${Rounds}:{Convert.ToBase64String(salt)}${Convert.ToBase64String(stored)}:{Convert.ToBase64String(server)}");
    }
}
