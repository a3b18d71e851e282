namespace DrChaffee.Domain.Accounts;

/// <summary>Someone who may sign in.</summary>
public sealed class Account
{
    public int Id { get; init; }

    /// <summary>In small letters.</summary>
    public required string Name { get; init; }
    public AccountRole Role { get; set; }

    /// <summary>Salted and stretched by ASP.NET Core Identity's hasher; the password itself is nowhere. Empty where none was set yet.</summary>
    public required string PasswordHash { get; set; }

    /// <summary>Changes with the password and the role, and ends every session that was opened before.</summary>
    public required string SecurityStamp { get; set; }

    /// <summary>Who it is for the provider that signs this one in; null where a password does.</summary>
    public string? ExternalId { get; init; }

    /// <summary>How many wrong passwords or codes came in a row.</summary>
    public int FailedAttempts { get; set; }
    public DateTimeOffset? LockedUntil { get; set; }
    public DateTimeOffset? LastSignInAt { get; set; }

    /// <summary>The secret of the codes, encrypted; null where the password is enough.</summary>
    public string? TotpSecret { get; set; }

    /// <summary>The step of the last code that was taken: that one and those before are worth nothing any more.</summary>
    public long? TotpLastStep { get; set; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset UpdatedAt { get; set; }

    /// <summary>False for one that was added and has no password yet.</summary>
    public bool CanSignIn => PasswordHash.Length > 0 || ExternalId is not null;
}

/// <summary>What an account may do: an editor looks and corrects, an admin does everything.</summary>
public enum AccountRole
{
    Admin,
    Editor,
}

/// <summary>A browser that somebody signed in with.</summary>
public sealed class AccountSession
{
    public required Guid Id { get; init; }
    public int AccountId { get; init; }
    public Account? Account { get; init; }

    /// <summary>The account's at the time; once they differ the session is over.</summary>
    public required string SecurityStamp { get; set; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset LastSeenAt { get; set; }
    public string? Address { get; set; }

    /// <summary>What the browser says it is.</summary>
    public string? Device { get; init; }
}

/// <summary>Signs in once in place of a code. Only its hash is kept.</summary>
public sealed class RecoveryCode
{
    public int AccountId { get; init; }
    public required string CodeHash { get; init; }
}

/// <summary>Lets whoever holds it set a password once: the first admin's, or an account's. Only its hash is kept.</summary>
public sealed class SetupToken
{
    public required string TokenHash { get; init; }

    /// <summary>Null: the first admin's.</summary>
    public int? AccountId { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
}
