namespace DrChaffee.Web.Features.Account;

/// <summary>Where to go after signing in: a page of this program, never another site.</summary>
internal static class ReturnPath
{
    public static string OrDashboard(string? path) =>
        path is ['/', ..] and not ['/', '/' or '\\', ..] && !path.Any(char.IsControl) ? path : "/admin";
}
