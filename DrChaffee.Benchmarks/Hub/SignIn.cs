using System.Net;
using System.Text.RegularExpressions;

namespace DrChaffee.Benchmarks.Hub;

/// <summary>Signs in as a browser does.</summary>
public static partial class SignIn
{
    private const string Page = "/account/sign-in";

    /// <exception cref="InvalidOperationException">The server knows no such account.</exception>
    public static async Task<CookieContainer> AsAdminAsync(Uri server, string password, CancellationToken cancellationToken)
    {
        var cookies = new CookieContainer();
        using var client = new HttpClient(new HttpClientHandler { CookieContainer = cookies, AllowAutoRedirect = false }) { BaseAddress = server };
        var html = await client.GetStringAsync(new Uri(Page, UriKind.Relative), cancellationToken);
        var hidden = HiddenField().Matches(html).Select(m => KeyValuePair.Create(m.Groups["name"].Value, WebUtility.HtmlDecode(m.Groups["value"].Value)));
        using var form = new FormUrlEncodedContent([.. hidden, KeyValuePair.Create("Entry.Name", "admin"), KeyValuePair.Create("Entry.Password", password)]);
        using var answer = await client.PostAsync(new Uri(Page, UriKind.Relative), form, cancellationToken);
        return answer.StatusCode == HttpStatusCode.Redirect ? cookies : throw new InvalidOperationException($"The web server did not sign the admin in: {(int)answer.StatusCode}.");
    }

    [GeneratedRegex("""<input type="hidden" name="(?<name>[^"]+)" value="(?<value>[^"]*)""", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex HiddenField();
}
