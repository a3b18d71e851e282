using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using DrChaffee.Domain.Settings;

namespace DrChaffee.Web.Features.Support;

/// <summary>What leaves this machine for somebody else's eyes is cleaned more thoroughly than a log: of an address its host stays, and mail addresses go.</summary>
internal sealed partial class SupportRedactor(SecretRedactor redactor)
{
    public string Clean(string text)
    {
        text = redactor.Clean(text);
        text = Address().Replace(text, "${scheme}${host}/…");
        text = AddressAsKey().Replace(text, "${kind}…");
        text = Query().Replace(text, "${path}?…");
        text = Named().Replace(text, "${name}***");
        text = Mail().Replace(text, "***@***");
        return Hash().Replace(text, "***");
    }

    /// <summary>Every text in it, wherever it stands; names of members stay.</summary>
    public JsonNode? Clean(JsonNode? node)
    {
        switch (node)
        {
            case JsonObject parts:
                foreach (var (name, part) in parts.ToList()) parts[name] = Clean(part?.DeepClone());
                return parts;
            case JsonArray items:
                for (var i = 0; i < items.Count; i++) items[i] = Clean(items[i]?.DeepClone());
                return items;
            case JsonValue value when value.GetValueKind() == JsonValueKind.String:
                return JsonValue.Create(Clean(value.GetValue<string>()));
            default:
                return node;
        }
    }

    private const RegexOptions Shape = RegexOptions.IgnoreCase | RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture;

    /// <summary>A port stays; who stands before the host does not, nor anything after it.</summary>
    [GeneratedRegex("""(?<scheme>\b[a-z][a-z0-9+.-]*://)([^\s/?#"'<>]*@)?(?<host>[a-z0-9._-]*(:[0-9]+)?)[^\s"'<>]*""", Shape)]
    private static partial Regex Address();

    /// <summary>An episode without an id of its own has the key of its address.</summary>
    [GeneratedRegex("""(?<kind>\b[a-z]+-https?---)[^\s"'<>]*""", Shape)]
    private static partial Regex AddressAsKey();

    [GeneratedRegex("""(?<path>/[^\s?"'<>]*)\?[^\s"'<>]+""", Shape)]
    private static partial Regex Query();

    [GeneratedRegex("""(?<name>\b(auth|key|sig|signature|session|code|pass|user|username)\s*=\s*)[^\s&;,"']+""", Shape)]
    private static partial Regex Named();

    [GeneratedRegex("""[^\s@:/"'<>,;()=]+@[^\s@:/"'<>,;()]+\.[a-z]+""", Shape)]
    private static partial Regex Mail();

    [GeneratedRegex(@"\b[0-9a-f]{48,}\b", Shape)]
    private static partial Regex Hash();
}
