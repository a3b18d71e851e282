namespace DrChaffee.Web.Features.Account;

/// <summary>Names of accounts are in small letters, so that a phone that begins words with a capital does no harm.</summary>
internal static class AccountName
{
    public const int Longest = 100;

    public static string Of(string? written) => (written ?? "").Trim().ToLowerInvariant();

    /// <exception cref="AccountException">It is no name.</exception>
    public static string Parse(string? written)
    {
        var name = Of(written);
        if (name.Length is 0 or > Longest || !name.All(letter => char.IsLetterOrDigit(letter) || letter is '.' or '_' or '-' or '@' or '+'))
            throw new AccountException($"A name has 1 to {Longest} letters, digits, dots, dashes or underscores, such as anna or anna@example.org.");
        return name;
    }
}
