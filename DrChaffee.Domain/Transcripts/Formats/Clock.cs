using System.Globalization;

namespace DrChaffee.Domain.Transcripts.Formats;

/// <summary>Reads and writes times of day-less clocks: 1:02:03.450, 00:03,45, 100:08, 01:02:03:04.</summary>
internal static class Clock
{
    private const int LongestNumber = 6;
    private const int Longest = 24;

    /// <summary>Reads the clock that <paramref name="text"/> is, spaces inside it forgiven; at least minutes and seconds.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out TimeSpan time)
    {
        text = text.Trim();
        if (text.Length <= Longest && text.Contains(' '))
            text = text.ToString().Replace(" ", "", StringComparison.Ordinal);
        return TryParseStart(text, out time, out var length) && length == text.Length;
    }

    /// <summary>Reads the clock that <paramref name="text"/> begins with and says how long it is.</summary>
    public static bool TryParseStart(ReadOnlySpan<char> text, out TimeSpan time, out int length)
    {
        time = default;
        length = 0;
        Span<long> parts = stackalloc long[3];
        var count = 0;
        var position = 0;
        while (count < parts.Length)
        {
            var digits = CountDigits(text[position..]);
            if (digits is 0 or > LongestNumber)
                break;
            parts[count++] = long.Parse(text.Slice(position, digits), CultureInfo.InvariantCulture);
            length = position += digits;
            // 00.14:52: a hand-typed stop where the colon belongs, seen only before a later colon.
            var colon = position < text.Length && (text[position] == ':' ||
                (count == 1 && text[position] == '.' && text[(position + 1)..].IndexOf(':') is 1 or 2));
            if (!colon || count == parts.Length)
                break;
            position++;
        }

        if (count < 2)
            return false;
        var fraction = ReadFraction(text, ref length, hasHours: count == 3);
        time = count == 3
            ? TimeSpan.FromSeconds((parts[0] * 3600) + (parts[1] * 60) + parts[2]) + fraction
            : TimeSpan.FromSeconds((parts[0] * 60) + parts[1]) + fraction;
        return true;
    }

    /// <summary>Hours, minutes, seconds and milliseconds, with at least two digits of hours.</summary>
    public static string Format(TimeSpan time, char decimalSeparator = '.')
    {
        var milliseconds = Milliseconds(time);
        return string.Create(CultureInfo.InvariantCulture,
            $"{milliseconds / 3_600_000:00}:{milliseconds / 60_000 % 60:00}:{milliseconds / 1000 % 60:00}{decimalSeparator}{milliseconds % 1000:000}");
    }

    public static long Milliseconds(TimeSpan time) =>
        (time.Ticks + (TimeSpan.TicksPerMillisecond / 2)) / TimeSpan.TicksPerMillisecond;

    private static TimeSpan ReadFraction(ReadOnlySpan<char> text, ref int length, bool hasHours)
    {
        // A fourth number after a colon is a fraction too: some editors write frames or hundredths so.
        if (length >= text.Length || !(text[length] is '.' or ',' || (hasHours && text[length] == ':')))
            return TimeSpan.Zero;
        var digits = CountDigits(text[(length + 1)..]);
        if (digits == 0)
            return TimeSpan.Zero;
        var ticks = 0L;
        var unit = TimeSpan.TicksPerSecond / 10;
        for (var i = 0; i < digits && unit > 0; i++, unit /= 10)
            ticks += (text[length + 1 + i] - '0') * unit;
        length += 1 + digits;
        return TimeSpan.FromTicks(ticks);
    }

    private static int CountDigits(ReadOnlySpan<char> text)
    {
        var end = text.IndexOfAnyExceptInRange('0', '9');
        return end < 0 ? text.Length : end;
    }
}
