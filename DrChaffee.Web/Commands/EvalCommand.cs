using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using DrChaffee.Domain.Settings;
using DrChaffee.Ingestion.Evaluation;

namespace DrChaffee.Web.Commands;

/// <summary>Measures the product against judged collections.</summary>
internal static class EvalCommand
{
    private static readonly JsonSerializerOptions Snake = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    public static Command Create()
    {
        var folder = new Argument<string>("DIR") { Description = "A folder in BEIR's form: corpus.jsonl, queries.jsonl and qrels/test.tsv." };
        var json = new Option<bool>("--json") { Description = "Print the scores as JSON." };
        var retrieval = new Command("retrieval", "Score the search on a judged collection, in a scratch database beside the library.") { folder, json };
        retrieval.SetAction((parsed, cancellationToken) => RunAsync(parsed.GetRequiredValue(folder), parsed.GetValue(json), cancellationToken));
        return new Command("eval", "Measure the product against judged collections.") { retrieval };
    }

    private static async Task<int> RunAsync(string folder, bool json, CancellationToken cancellationToken)
    {
        var collection = JudgedSet.Read(folder);
        using var host = CommandHost.Build();
        var report = await RetrievalEvaluation.RunAsync(host.Services.GetRequiredService<ChaffeeSettings>(), collection, new TerminalStep(), cancellationToken);
        Console.WriteLine(json ? JsonSerializer.Serialize(report, Snake) : Table(report));
        return 0;
    }

    private static string Table(RetrievalReport report) => string.Join(Environment.NewLine, [
        $"{report.Dataset}: {report.Queries} questions",
        "leg        nDCG@10  recall@100    MRR",
        .. report.Legs.Select(leg => string.Create(CultureInfo.InvariantCulture, $"{leg.Key,-9} {leg.Value.NdcgAt10,8:F3} {leg.Value.RecallAt100,11:F3} {leg.Value.Mrr,6:F3}"))]);

    /// <summary>One line that rewrites itself, on a terminal only.</summary>
    private sealed class TerminalStep : IProgress<(string Doing, double Share)>
    {
        public void Report((string Doing, double Share) value)
        {
            if (!Console.IsErrorRedirected) Console.Error.Write(value.Share < 1 ? $"\r{value.Doing} {value.Share:P0}   " : "\r                              \r");
        }
    }
}
