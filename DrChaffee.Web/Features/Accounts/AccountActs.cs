namespace DrChaffee.Web.Features.Accounts;

/// <summary>What the buttons of an account's row say in the form.</summary>
internal static class AccountActs
{
    public const string MakeAdmin = "admin";
    public const string MakeEditor = "editor";
    public const string Link = "link";
    public const string Unlock = "unlock";
    public const string TwoFactorOff = "two-factor-off";
    public const string EndSessions = "end-sessions";
    public const string Remove = "remove";
}
