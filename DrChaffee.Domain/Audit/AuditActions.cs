namespace DrChaffee.Domain.Audit;

/// <summary>What is done with accounts, as the audit log names it. What programs do there is named as the HTTP interface names it, and pages say the same.</summary>
public static class AuditActions
{
    public const string SignIn = "sign_in";
    public const string SignInWrong = "sign_in_wrong";
    public const string SignInLocked = "sign_in_locked";
    public const string SignInRefused = "sign_in_refused";
    public const string SignOut = "sign_out";
    public const string AddAccount = "add_account";
    public const string RemoveAccount = "remove_account";
    public const string ChangeRole = "change_role";
    public const string UnlockAccount = "unlock_account";
    public const string MakePasswordLink = "make_password_link";
    public const string SetPassword = "set_password";
    public const string EndSession = "end_session";
    public const string EndSessions = "end_sessions";
    public const string TwoFactorOn = "two_factor_on";
    public const string TwoFactorOff = "two_factor_off";
}
