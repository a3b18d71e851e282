using System.Globalization;
using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;
using Entry = DrChaffee.Domain.Accounts.Account;

namespace DrChaffee.Web.Features.Account;

/// <summary>Proof, for five minutes, that the password was right and only the code is missing. The form carries it; nothing is kept here.</summary>
internal sealed class SignInTickets(IDataProtectionProvider protection)
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(5);
    private readonly ITimeLimitedDataProtector _protector = protection.CreateProtector("DrChaffee.SignIn").ToTimeLimitedDataProtector();

    public string For(Entry account) => _protector.Protect($"{account.Id} {account.SecurityStamp}", Lifetime);

    public (int Id, string Stamp)? Read(string? ticket)
    {
        if (string.IsNullOrEmpty(ticket)) return null;
        try
        {
            return _protector.Unprotect(ticket).Split(' ') is [var id, var stamp] ? (int.Parse(id, CultureInfo.InvariantCulture), stamp) : null;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}
