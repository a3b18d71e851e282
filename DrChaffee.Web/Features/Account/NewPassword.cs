namespace DrChaffee.Web.Features.Account;

/// <summary>A password as it is chosen, twice, so that a slip of the finger locks nobody out.</summary>
public sealed class NewPassword
{
    public const int Shortest = 10;
    public const int Longest = 200;

    /// <summary>The one until now, where it is asked for.</summary>
    public string Current { get; set; } = "";
    public string Password { get; set; } = "";
    public string Again { get; set; } = "";

    /// <summary>What is wrong with it, or null.</summary>
    public string? Fault => FaultOf(Password) ?? (Password == Again ? null : "The two differ; write the same twice.");

    public static string? FaultOf(string password) => password.Length switch
    {
        < Shortest => $"Write at least {Shortest} characters.",
        > Longest => $"Write at most {Longest} characters.",
        _ => null,
    };
}
