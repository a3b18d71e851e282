using System.Globalization;
using System.Text;

namespace DrChaffee.Web.Tests.Infrastructure;

/// <summary>Three short talks with captions; what is heard is a tone.</summary>
internal static class SampleTalks
{
    private const int SecondsALine = 5;

    public static void Write(TestFolder folder)
    {
        Talk(folder, "salt-and-blood-pressure",
            "Host|Welcome back. Today we ask how much salt is too much, and what it does to blood pressure.",
            "Doctor|Salt is in nearly everything we eat, and most of it never comes from the shaker.",
            "Doctor|For an adult the usual limit is five grams a day, about a level teaspoon.",
            "Doctor|When sodium in the blood goes up, the body holds on to fluid in order to dilute it.",
            "Host|And what about bread?",
            "Doctor|Bread, cheese and sausages bring three quarters of the salt that people eat.",
            "Doctor|More fluid in the same pipes means more pressure on the arteries & the heart, so <b>watch</b> it.",
            "Host|Thank you, doctor.");
        Talk(folder, "a-walk-after-dinner",
            "Doctor|Here is a habit that costs nothing: after you eat, go for a walk.",
            "Doctor|A working muscle takes in sugar without waiting for much insulin.",
            "Doctor|Ten minutes are a fine beginning, and the peak of blood sugar is lower.",
            "Doctor|Tonight, leave the plates for a quarter of an hour.");
        Talk(folder, "waking-up-tired",
            "Doctor|Few complaints are as common as this one: I slept all night, and woke up exhausted.",
            "Doctor|Choose one time for getting up, and let bedtime follow.",
            "Doctor|Coffee lingers for longer than we expect, and wine breaks up the night.",
            "Doctor|If you snore loudly, ask your doctor about sleep apnoea.");
    }

    private static void Talk(TestFolder folder, string name, params string[] lines)
    {
        folder.WriteWav($"{name}.wav", lines.Length * SecondsALine);
        var vtt = new StringBuilder("WEBVTT\n\n");
        for (var i = 0; i < lines.Length; i++)
        {
            var (speaker, text) = lines[i].Split('|', 2) is [var who, var what] ? (who, what) : ("", lines[i]);
            var escaped = text.Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal).Replace(">", "&gt;", StringComparison.Ordinal);
            vtt.Append(CultureInfo.InvariantCulture, $"{Stamp(i * SecondsALine)} --> {Stamp((i + 1) * SecondsALine)}\n<v {speaker}>{escaped}\n\n");
        }

        folder.Write($"{name}.vtt", vtt.ToString());
    }

    private static string Stamp(int seconds) => TimeSpan.FromSeconds(seconds).ToString(@"hh\:mm\:ss\.fff", CultureInfo.InvariantCulture);
}
