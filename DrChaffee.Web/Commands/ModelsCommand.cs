using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using DrChaffee.Domain.Data;
using DrChaffee.Domain.Settings;
using DrChaffee.Ingestion.Embedding.Switching;
using DrChaffee.Ingestion.ModelFiles;
using Npgsql;

namespace DrChaffee.Web.Commands;

/// <summary>Lists the models, fetches their files, and says which one the library is embedded with.</summary>
internal static class ModelsCommand
{
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(1);

    public static Command Create()
    {
        var json = new Option<bool>("--json") { Description = "Print the list as JSON." };
        var name = new Argument<string>("NAME") { Description = "A model of the list." };
        var wait = new Option<bool>("--wait") { Description = "Embed here and now, and end when the model has taken over; otherwise the server does it." };
        var list = new Command("list", "List the models, and how it stands with each (the default).") { json };
        var fetch = new Command("fetch", "Fetch a model's files into MODELS_DIR; what is there is held against its hash.") { name };
        var use = new Command("use", "Embed the library with another model, which takes over when every passage has its vector.") { name, wait };
        var rollback = new Command("rollback", "Return to the model before the active one, at once.");
        list.SetAction((parsed, cancellationToken) => ListAsync(parsed.GetValue(json), cancellationToken));
        fetch.SetAction((parsed, cancellationToken) => FetchAsync(parsed.GetRequiredValue(name), cancellationToken));
        use.SetAction((parsed, cancellationToken) => UseAsync(parsed.GetRequiredValue(name), parsed.GetValue(wait), cancellationToken));
        rollback.SetAction((_, cancellationToken) => RollBackAsync(cancellationToken));
        var command = new Command("models", "List the models, fetch them, and choose which one the library is embedded with.") { list, fetch, use, rollback, json };
        command.SetAction((parsed, cancellationToken) => ListAsync(parsed.GetValue(json), cancellationToken));
        return command;
    }

    private static async Task<int> ListAsync(bool json, CancellationToken cancellationToken)
    {
        using var host = CommandHost.Build();
        var models = await ReadAsync(host.Services.GetRequiredService<ModelOverview>(), cancellationToken);
        if (json) Console.WriteLine(JsonSerializer.Serialize(new { host.Services.GetRequiredService<ChaffeeSettings>().ModelsDirectory, Total = models.Count, Items = models }, ReportText.Json));
        else foreach (var line in models.SelectMany(Lines)) Console.WriteLine(line);
        return 0;
    }

    /// <summary>The list is worth something without the library, too.</summary>
    private static async Task<IReadOnlyList<ModelState>> ReadAsync(ModelOverview overview, CancellationToken cancellationToken)
    {
        try
        {
            return await overview.ListAsync(cancellationToken);
        }
        catch (Exception ex) when (ex is NpgsqlException or InvalidOperationException { InnerException: NpgsqlException })
        {
            Console.Error.WriteLine("The library's database cannot be read, so what it is embedded with is not shown.");
            return overview.Known();
        }
    }

    private static IEnumerable<string> Lines(ModelState model)
    {
        var facts = new[]
        {
            model.Kind switch { ModelKind.Reranker => "reranker", ModelKind.Whisper => "transcribes", ModelKind.VoiceActivity => "finds speech", _ => null },
            model.Dimensions is { } dimensions ? $"{dimensions} dimensions" : null,
            model.Bytes is { } bytes ? $"{bytes / 1_000_000} MB" : null,
            model.Licence is { Length: > 0 } licence ? licence : null,
            model.Embedded is { } embedded ? string.Create(CultureInfo.InvariantCulture, $"{embedded:N0} of {model.Passages:N0} passages") : null,
            model.Here || model.Standing == ModelStanding.Absent ? null : "not on this machine",
        };
        yield return $"{SnakeCase.Name(model.Standing),-9} {model.Name,-24} {string.Join(", ", facts.Where(fact => fact is not null))}".TrimEnd();
        if (model.LastError is { } error) yield return $"          failed {(model.Failures == 1 ? "once" : $"{model.Failures} times")}: {error}";
    }

    private static async Task<int> FetchAsync(string name, CancellationToken cancellationToken)
    {
        using var host = CommandHost.Build();
        var catalogue = host.Services.GetRequiredService<ModelCatalogue>();
        var card = catalogue.Fetchable(name);
        using (var line = new TerminalLine())
            await host.Services.GetRequiredService<ModelFetcher>().FetchAsync(card, line, cancellationToken);
        Console.WriteLine($"{name} is in {catalogue.FolderOf(card)}, and every file is what it should be.");
        return 0;
    }

    private static async Task<int> UseAsync(string name, bool wait, CancellationToken cancellationToken)
    {
        using var host = await CommandHost.BuildMigratedAsync(cancellationToken);
        var choice = host.Services.GetRequiredService<ModelChoice>();
        Console.WriteLine(await choice.UseAsync(name, cancellationToken));
        if (!wait) return 0;

        var overview = host.Services.GetRequiredService<ModelOverview>();
        using (var line = new TerminalLine())
        {
            while ((await overview.ListAsync(cancellationToken)).FirstOrDefault(model => model.Standing == ModelStanding.Wanted) is { } wanted)
            {
                line.Embedded(wanted, 0);
                if (await choice.BringInAsync(line.Of(wanted), cancellationToken) is { } failure) throw new ModelException(failure);
                await Task.Delay(LookAgain, TimeProvider.System, cancellationToken); // the server may be at it
            }
        }

        var active = (await overview.ListAsync(cancellationToken)).First(model => model is { Kind: ModelKind.Embedding, Standing: ModelStanding.Active });
        Console.WriteLine($"{active.Name} is in use.");
        return 0;
    }

    private static async Task<int> RollBackAsync(CancellationToken cancellationToken)
    {
        using var host = await CommandHost.BuildMigratedAsync(cancellationToken);
        Console.WriteLine(await host.Services.GetRequiredService<ModelChoice>().RollBackAsync(cancellationToken));
        return 0;
    }

    /// <summary>One line that rewrites itself, on a terminal only.</summary>
    private sealed class TerminalLine : IProgress<FetchProgress>, IDisposable
    {
        private string _shown = "";

        public void Report(FetchProgress value) =>
            Show($"{value.File} {(value.Size is > 0 and var size ? $"{100 * value.Bytes / size} % of {size / 1_000_000} MB" : $"{value.Bytes / 1_000_000} MB")}");

        public void Embedded(ModelState model, long here) => Show(string.Create(CultureInfo.InvariantCulture, $"{model.Embedded + here:N0} of {model.Passages:N0} passages embedded"));

        public IProgress<long> Of(ModelState model) => new Counter(this, model);

        public void Dispose()
        {
            if (_shown.Length > 0) Console.Error.WriteLine();
        }

        private void Show(string text)
        {
            if (Console.IsErrorRedirected || text == _shown) return;
            Console.Error.Write($"\r{text}\u001b[K");
            _shown = text;
        }

        private sealed class Counter(TerminalLine line, ModelState model) : IProgress<long>
        {
            public void Report(long value) => line.Embedded(model, value);
        }
    }
}
