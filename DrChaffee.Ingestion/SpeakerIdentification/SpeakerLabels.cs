using System.Text.RegularExpressions;
using DrChaffee.Ingestion.Pipeline;

namespace DrChaffee.Ingestion.SpeakerIdentification;

/// <summary>Tells a person's name from a label that a transcriber made up.</summary>
internal static partial class SpeakerLabels
{
    public static SpeakerLabel Read(string name)
    {
        if (name.All(char.IsAsciiDigit)) return new SpeakerLabel($"Speaker {name}", Local: true);
        return new SpeakerLabel(name, Local: MadeUp().IsMatch(name));
    }

    [GeneratedRegex("""
        ^(?: (?:unknown|unidentified|male|female)?[\s_-]*
             (?:speaker|spk|voice|person|participant|guest|host|co-?host|interviewer|interviewee|moderator|narrator|audience(?:[\s_-]member)?|unknown|unidentified|man|woman)
             (?:[\s_#-]*\d+|[\s_#-]+[a-z])?
           | [a-z]\d* )$
        """, RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.IgnorePatternWhitespace | RegexOptions.NonBacktracking)]
    private static partial Regex MadeUp();
}
