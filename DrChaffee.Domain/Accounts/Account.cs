namespace DrChaffee.Domain.Accounts;

/// <summary>Someone who may sign in.</summary>
public sealed class Account
{
    public int Id { get; init; }
    public required string Name { get; init; }

    /// <summary>Salted and stretched by ASP.NET Core Identity's hasher; the password itself is nowhere.</summary>
    public required string PasswordHash { get; set; }

    /// <summary>Changes with the password, and ends every session that was opened before.</summary>
    public required string SecurityStamp { get; set; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset UpdatedAt { get; set; }
}

/// <summary>Lets whoever can read the server's log set the first password. Only its hash is kept.</summary>
public sealed class SetupToken
{
    public required string TokenHash { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
}
