namespace DrChaffee.Web.Features.Account;

/// <summary>A browser as a person calls it, from what it says it is.</summary>
internal static class Device
{
    private static readonly (string Mark, string Name)[] Browsers =
        [("Edg/", "Edge"), ("OPR/", "Opera"), ("SamsungBrowser/", "Samsung Internet"), ("Firefox/", "Firefox"), ("FxiOS/", "Firefox"), ("HeadlessChrome/", "Chrome"), ("Chrome/", "Chrome"), ("CriOS/", "Chrome"), ("Safari/", "Safari"), ("curl/", "curl")];

    private static readonly (string Mark, string Name)[] Systems =
        [("iPhone", "an iPhone"), ("iPad", "an iPad"), ("Android", "Android"), ("Windows", "Windows"), ("Mac OS X", "a Mac"), ("CrOS", "a Chromebook"), ("Linux", "Linux")];

    public static string Name(string? agent)
    {
        if (string.IsNullOrWhiteSpace(agent)) return "a program that does not say what it is";
        var (browser, system) = (Find(Browsers, agent), Find(Systems, agent));
        if (browser is null) return agent.Split('/', ' ')[0];
        return system is null ? browser : $"{browser} on {system}";
    }

    private static string? Find((string Mark, string Name)[] known, string agent) => known.FirstOrDefault(k => agent.Contains(k.Mark, StringComparison.Ordinal)).Name;
}
