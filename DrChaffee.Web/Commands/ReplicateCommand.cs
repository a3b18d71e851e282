using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using DrChaffee.Ingestion.Transfer;
using DrChaffee.Ingestion.Transfer.Replication;

namespace DrChaffee.Web.Commands;

/// <summary>Lets one library follow another continuously.</summary>
internal static class ReplicateCommand
{
    private static readonly Option<string?> From = new("--from") { Description = "The library that is followed.", HelpName = "URL" };
    private static readonly Option<string?> To = new("--to") { Description = "The library that follows.", HelpName = "URL" };
    private static readonly Option<bool> Replace = new("--replace") { Description = "Empty the follower's library first." };
    private static readonly Option<bool> Yes = new("--yes") { Description = "Do not ask." };
    private static readonly Option<bool> Json = new("--json") { Description = "Print the report as JSON." };

    public static Command Create()
    {
        var publish = new Command("publish", "Offer the library's tables to followers (wal_level must be logical).") { From };
        publish.SetAction(PublishAsync);
        var subscribe = new Command("subscribe", "Follow: a first copy, then every change. Accounts and whatever else is the follower's own stays. Again: fetch what is new.") { From, To, Replace, Yes };
        subscribe.SetAction(SubscribeAsync);
        var status = new Command("status", "Say how far the follower is behind, and what is wrong; ends with 1 where something is.") { From, To, Json };
        status.SetAction(StatusAsync);
        var drop = new Command("drop", "End the following on both ends, or on the one that is left. Both keep their rows.") { From, To };
        drop.SetAction(DropAsync);
        return new Command("replicate", "Let one library follow another continuously, by PostgreSQL's logical replication.") { publish, subscribe, status, drop };
    }

    private static async Task<int> PublishAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var from = DatabaseOption.Required(parsed, From);
        var added = await LibraryPublication.PublishAsync(from, cancellationToken);
        Console.WriteLine(added.Count == 0 ? $"{from.Name} publishes all of its library already." : $"{from.Name} publishes {string.Join(", ", added)}. Now run ./drchaffee replicate subscribe.");
        return 0;
    }

    private static async Task<int> SubscribeAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var (from, to) = (DatabaseOption.Required(parsed, From), DatabaseOption.Required(parsed, To));
        if (parsed.GetValue(Replace) && !parsed.GetValue(Yes) && await LibrarySubscription.ReplacesAsync(to, cancellationToken) && !Agreed($"The library of {to.Name} is emptied and replaced by that of {from.Name}. Go on? (yes/no) "))
            throw new TransferException($"Nothing was done: emptying the library of {to.Name} needs a yes, or --yes.");

        using var progress = new TransferProgressLine();
        await LibrarySubscription.SubscribeAsync(from, to, parsed.GetValue(Replace), progress, cancellationToken);
        progress.Dispose();
        Console.WriteLine($"{to.Name} has all of {from.Name}, and follows it.");
        return 0;
    }

    private static async Task<int> StatusAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var (from, to) = Either(parsed);
        var status = await ReplicationReport.ReadAsync(from, to, cancellationToken);
        if (parsed.GetValue(Json)) Console.WriteLine(JsonSerializer.Serialize(status, ReportText.Json));
        else foreach (var line in Lines(status)) Console.WriteLine(line);
        return status.Problems.Count == 0 ? 0 : 1;
    }

    private static async Task<int> DropAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var (from, to) = Either(parsed);
        foreach (var line in await ReplicationEnd.DropAsync(from, to, cancellationToken)) Console.WriteLine(line);
        return 0;
    }

    private static (DatabaseAddress? From, DatabaseAddress? To) Either(ParseResult parsed)
    {
        var ends = (DatabaseOption.Optional(parsed, From), DatabaseOption.Optional(parsed, To));
        return ends is (null, null) ? throw new TransferException("Name at least one end: --from, the library that is followed, or --to, the one that follows.") : ends;
    }

    private static IEnumerable<string> Lines(ReplicationStatus status)
    {
        foreach (var slot in status.Slots)
            yield return string.Create(CultureInfo.InvariantCulture, $"slot {slot.Name}: {(slot.Active ? "read" : "not read")}, {slot.LagBytes:N0} bytes{(slot.LagSeconds is { } seconds ? $" and {seconds:F1} s" : "")} behind, {slot.KeptBytes:N0} bytes kept for it");
        foreach (var table in status.Tables) yield return $"  {table.Table,-18} {table.State}";
        foreach (var problem in status.Problems) yield return problem;
        if (status.Problems.Count == 0) yield return "Nothing is wrong.";
    }

    private static bool Agreed(string question)
    {
        Console.Error.Write(question);
        return Console.ReadLine()?.Trim() is "yes" or "y";
    }
}
