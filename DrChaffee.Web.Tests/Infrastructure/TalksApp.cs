using System.Text.Json;
using DrChaffee.Domain.Search.Words;
using DrChaffee.Ingestion.Import;
using Microsoft.Extensions.DependencyInjection;

namespace DrChaffee.Web.Tests.Infrastructure;

[CollectionDefinition]
public sealed class OnTheTalks : ICollectionFixture<TalksApp>;

/// <summary>The program with six talks of two channels, made to be told apart: who says what, when it was published, what stands near to what.</summary>
public class TalksApp : ChaffeeApp
{
    private const string Sponsor = "This talk is brought to you by the oatmeal company of Riverton, which mills rolled, coarse and fine oatmeal for hungry breakfast tables everywhere.";

    private readonly TestFolder _talks = new();

    protected override async Task FillAsync()
    {
        Talk("Kidney Hour", "2021-03-05 Stones and salt",
            (0, "Ann", "Kidney stones hurt, and drinking plenty of water washes small stones away."),
            (30, "Bob", "People who drink little water make more kidney stones than others do."),
            (60, "Ann", "Salty food puts more calcium into what the kidneys make of our blood."),
            (400, "Bob", "Much later in this talk we said again that kidney stones come back when water is forgotten."),
            (500, "Ann", Sponsor));
        Talk("Kidney Hour", "2022-06-10 Potassium at night",
            (0, "Bob", "Tomatoes and potatoes hold potassium, which tired kidneys let pile up."),
            (300, "Cy", "Boil potatoes twice, and most of their potassium stays behind in the pot."));
        Talk("Kidney Hour", "2023-02-01 Listeners write",
            (0, "Ann", "A listener asks whether water alone dissolves stones of the gall bladder."),
            (300, "Cy", Sponsor));
        Talk("Heart Hour", "2021-11-20 A brisk walk",
            (0, "Cy", "A brisk walk lowers the pressure in the arteries within some weeks."),
            (300, "Ann", "Walk briskly, not slowly: the heart likes to be asked for a little more."));
        Talk("Heart Hour", "2023-01-15 Sleep and the heart",
            (0, "Cy", "Whoever sleeps five hours has the arteries of someone ten years older."),
            (300, "Cy", "A warm bath in the evening helps, and so does a cool bedroom."));
        Talk("Heart Hour", "2023-05-05 Magnesium [dQw4w9WgXcQ]",
            (0, "Bob", "Some people take it against cramps, and green leaves hold plenty of it."),
            (300, "Cy", "Cramps at night have many reasons, and magnesium is a reason only now and then."));

        foreach (var channel in Directory.GetDirectories(_talks.Path).Order(StringComparer.Ordinal))
            await Services.GetRequiredService<TranscriptImporter>().ImportAsync([channel], observer: null, CancellationToken.None);
        await Services.GetRequiredService<CorpusWords>().ReadAsync(CancellationToken.None);
        await Poll.UntilAsync(async () => (await Client().GetStringAsync("/api/search?q=cramps&mode=keyword")).Contains("magnesium", StringComparison.Ordinal));
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _talks.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>What is asked, and what comes back.</summary>
    internal async Task<JsonElement> FindAsync(string question, string more = "")
    {
        using var client = Client();
        return await Web.Answers.JsonAsync(client, $"/api/search?q={Uri.EscapeDataString(question)}{more}");
    }

    /// <summary>Titles of the recordings found, each once, the best first.</summary>
    internal static IEnumerable<string> Titles(JsonElement found) => Hits(found).Select(hit => hit.GetProperty("title").GetString()!).Distinct();

    internal static IEnumerable<JsonElement> Hits(JsonElement found) => found.GetProperty("results").EnumerateArray();

    private void Talk(string channel, string name, params (int Second, string Speaker, string Text)[] lines) => _talks.Write($"{channel}/{name}.json", JsonSerializer.Serialize(new
    {
        segments = lines.Select(line => new { speaker = line.Speaker, startTime = line.Second, endTime = line.Second + 8, body = line.Text }),
    }));
}
