using DrChaffee.Domain.Search;
using DrChaffee.Domain.Search.Index;
using DrChaffee.Web.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;

namespace DrChaffee.Web.Tests.Search;

public sealed class HybridSearchTests(TestDatabase database) : IClassFixture<TestDatabase>, IDisposable
{
    private readonly TestFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task What_another_process_stores_changes_or_deletes_is_followed()
    {
        await using var writer = new IngestionProcess(database);
        await using var reader = new IngestionProcess(database);
        await database.ClearAsync();
        var file = _folder.WriteSrt("show/talk.srt", "The kidney filters blood.");
        await writer.ImportAsync(_folder.Path, Token);

        var stored = await KeysAsync(reader, "kidneys");
        File.Delete(file);
        _folder.WriteSrt("show/talk.srt", "The liver stores sugar.");
        await writer.ImportAsync(_folder.Path, Token);
        var (changedAway, changedTo) = (await KeysAsync(reader, "kidneys"), await KeysAsync(reader, "liver"));
        await database.ScalarAsync<int>("DELETE FROM sources");
        var deleted = await KeysAsync(reader, "liver");

        Assert.Equal(["transcript-show-talk"], stored);
        Assert.Empty(changedAway);
        Assert.Equal(["transcript-show-talk"], changedTo);
        Assert.Empty(deleted);
    }

    [Fact]
    public async Task Matched_words_are_marked_by_their_stems_and_nothing_else_is()
    {
        await using var process = new IngestionProcess(database);
        await database.ClearAsync();
        _folder.WriteSrt("show/talk.srt", "Sleeping well <b>helps</b>; a sleeper's sleep, though, isn't asleep.");
        await process.ImportAsync(_folder.Path, Token);

        var hit = Assert.Single((await FindAsync(process, new SearchRequest("how does sleep help") { Mode = SearchMode.Keyword })).Results);

        Assert.Equal(["Sleeping", "helps", "sleep"], hit.Highlights.Select(range => hit.Text[range[0]..range[1]]).Where(word => word != "sleeper's"));
    }

    [Fact]
    public async Task Every_filter_narrows_both_legs_to_what_an_exact_look_gives()
    {
        await using var process = new IngestionProcess(database);
        await database.ClearAsync();
        foreach (var channel in (string[])["one", "two"])
            for (var i = 0; i < 4; i++) _folder.WriteSrt($"{channel}/talk{i}.srt", $"Salt and water, {channel} number {i}.");
        await process.ImportAsync(Path.Combine(_folder.Path, "one"), Token);
        await process.ImportAsync(Path.Combine(_folder.Path, "two"), Token);
        await database.ScalarAsync<int>("UPDATE sources SET published_at = '2024-01-01'::timestamptz + (id % 4) * interval '1 day'");

        foreach (var mode in Enum.GetValues<SearchMode>())
        {
            var filtered = await FindAsync(process, new SearchRequest("salt")
            {
                Mode = mode,
                Filter = new SourceFilter(Channel: "TWO", From: new DateOnly(2024, 1, 2), To: new DateOnly(2024, 1, 3)),
            });
            var unknown = await FindAsync(process, new SearchRequest("salt") { Mode = mode, Filter = new SourceFilter(Speaker: "nobody") });

            Assert.Equal(2, filtered.Total);
            Assert.All(filtered.Results, hit => Assert.StartsWith("transcript-two-", hit.SourceKey, StringComparison.Ordinal));
            Assert.All(filtered.Results, hit => Assert.InRange(hit.PublishedAt!.Value.Day, 2, 3));
            Assert.Empty(unknown.Results);
            Assert.All(unknown.Legs, leg => Assert.Equal(LegState.Skipped, leg.State));
        }
    }

    [Theory]
    [InlineData("react/vue")]
    [InlineData("/vue")]
    [InlineData("and/or vue")]
    public async Task A_slash_is_no_path_of_a_file(string question)
    {
        await using var process = new IngestionProcess(database);
        await database.ClearAsync();
        _folder.WriteSrt("show/talk.srt", "We compared react and vue.");
        await process.ImportAsync(_folder.Path, Token);

        Assert.Single((await FindAsync(process, new SearchRequest(question) { Mode = SearchMode.Keyword })).Results);
    }

    [Fact]
    public async Task What_a_library_abbreviates_is_found_by_its_words()
    {
        await using var process = new IngestionProcess(database);
        await database.ClearAsync();
        _folder.WriteSrt("show/one.srt", "They took the double balloon enteroscopy (DBE) for granted.");
        _folder.WriteSrt("show/two.srt", "A DBE takes an hour and hurts nobody.");
        await process.ImportAsync(_folder.Path, Token);
        await process.Get<HybridSearch>().CatchUpAsync(Token);

        var found = await KeysAsync(process, "double balloon enteroscopy");

        Assert.Contains("transcript-show-two", found);
    }

    [Theory]
    [InlineData("Ann Lee", 1)]
    [InlineData("ann", 2)]
    [InlineData("lee", 1)]
    [InlineData("an", 0)]
    [InlineData("nobody", 0)]
    public async Task A_speaker_is_known_by_a_part_of_the_name_where_nobody_bears_it_whole(string speaker, int found)
    {
        await using var process = new IngestionProcess(database);
        await database.ClearAsync();
        _folder.Write("show/one.md", "**Ann Lee:** \\[00:10\\] Salt and water in the sea are no food for anyone.");
        _folder.Write("show/two.md", "**Joanne Ray:** \\[00:10\\] Salt and sugar in the kitchen are food for everyone.");
        await process.ImportAsync(_folder.Path, Token);

        Assert.Equal(found, (await FindAsync(process, new SearchRequest("salt") { Filter = new SourceFilter(Speaker: speaker) })).Total);
    }

    [Fact]
    public async Task Pages_follow_each_other_without_gap_or_overlap()
    {
        await using var process = new IngestionProcess(database);
        await database.ClearAsync();
        for (var i = 0; i < 30; i++) _folder.WriteSrt($"show/talk{i}.srt", "The same words everywhere.");
        await process.ImportAsync(_folder.Path, Token);
        var whole = await FindAsync(process, new SearchRequest("same words") { Take = 30 });

        List<string> paged = [];
        for (var skip = 0; skip < 30; skip += 7)
            paged.AddRange((await FindAsync(process, new SearchRequest("same words") { Take = 7, Skip = skip })).Results.Select(r => r.SourceKey));

        Assert.Equal(30, whole.Total);
        Assert.Equal(whole.Results.Select(r => r.SourceKey), paged);
    }

    [Fact]
    public async Task A_passage_that_says_a_few_words_over_and_over_is_found()
    {
        await using var process = new IngestionProcess(database);
        await database.ClearAsync();
        _folder.WriteSrt("show/talk.srt", string.Join(' ', Enumerable.Repeat("salt water", 45)));
        await process.ImportAsync(_folder.Path, Token);

        Assert.NotEmpty((await FindAsync(process, new SearchRequest("salt"))).Results);
    }

    [Fact]
    public async Task A_bare_question_is_shown_with_the_answer_that_follows_it()
    {
        await using var process = new IngestionProcess(database);
        await database.ClearAsync();
        _folder.Write("show/talk.md", """
            **Host:** \[00:10\] And the price is kidney stones?

            **Guest:** \[00:00:14.37\] They come from too little water, and hardly ever from what one eats; drink enough and most people never meet one in all their lives.

            """);
        await process.ImportAsync(_folder.Path, Token);

        var hit = (await FindAsync(process, new SearchRequest("price kidney stones"))).Results[0];
        var other = Assert.Single((await FindAsync(process, new SearchRequest("drink enough water") { Mode = SearchMode.Keyword })).Results);

        Assert.Equal(("Host", 10), (hit.Speaker, hit.Start));
        Assert.Equal(("Guest", 14.37), (hit.Reply!.Speaker, hit.Reply.Start));
        Assert.StartsWith("They come from", hit.Reply.Text, StringComparison.Ordinal);
        Assert.EndsWith("?t=14", hit.Reply.WatchUrl, StringComparison.Ordinal);
        Assert.Empty(hit.Nearby);
        Assert.Null(other.Reply);
    }

    [Fact]
    public async Task A_leg_that_fails_is_named_and_the_other_answers()
    {
        await using var process = new IngestionProcess(database);
        await database.ClearAsync();
        _folder.WriteSrt("show/talk.srt", "Salt and water.");
        await process.ImportAsync(_folder.Path, Token);
        process.Embedder.Before = _ => throw new InvalidOperationException("no model");

        var response = await FindAsync(process, new SearchRequest("salt"));

        Assert.Single(response.Results);
        Assert.Equal(LegState.Ok, response.Legs.Single(leg => leg.Name == LegReport.Words).State);
        Assert.Equal((LegState.Failed, "the search by meaning failed"), response.Legs.Where(leg => leg.Name == LegReport.Meaning).Select(leg => (leg.State, leg.Reason!)).Single());
    }

    [Fact]
    public async Task Until_the_words_index_is_loaded_meaning_answers_and_the_response_says_so()
    {
        await using var process = new IngestionProcess(database);
        await database.ClearAsync();
        _folder.WriteSrt("show/talk.srt", "Salt and water.");
        await process.ImportAsync(_folder.Path, Token);

        var response = await process.Get<HybridSearch>().FindAsync(new SearchRequest("salt"), Token);

        Assert.Single(response.Results);
        Assert.Equal(LegState.Loading, response.Legs.Single(leg => leg.Name == LegReport.Words).State);
    }

    [Fact]
    public async Task A_question_without_a_word_that_can_be_looked_up_finds_nothing_and_says_why()
    {
        await using var process = new IngestionProcess(database);
        await database.ClearAsync();
        _folder.WriteSrt("show/talk.srt", "Salt and water.");
        await process.ImportAsync(_folder.Path, Token);

        var response = await FindAsync(process, new SearchRequest("the of and ?!"));

        Assert.Empty(response.Results);
        Assert.All(response.Legs, leg => Assert.Equal((LegState.Skipped, "the question holds no word that can be looked up"), (leg.State, leg.Reason)));
    }

    [Fact]
    public async Task A_passage_that_says_one_word_a_hundred_times_is_found_like_any_other()
    {
        await using var process = new IngestionProcess(database);
        await database.ClearAsync();
        _folder.WriteSrt("show/talk.srt", [.. Enumerable.Repeat("Yes yes yes yes yes yes yes yes yes yes", 12)]);
        _folder.WriteSrt("show/other.srt", "Yes, salt and water.");
        await process.ImportAsync(_folder.Path, Token);

        Assert.Equal(2, (await FindAsync(process, new SearchRequest("yes"))).Results.Count);
    }

    private static async Task<SearchResponse> FindAsync(IngestionProcess process, SearchRequest request)
    {
        await process.Get<LibraryIndexFollower>().CatchUpAsync(Token);
        return await process.Get<HybridSearch>().FindAsync(request, Token);
    }

    private static async Task<IEnumerable<string>> KeysAsync(IngestionProcess process, string words) =>
        (await FindAsync(process, new SearchRequest(words) { Mode = SearchMode.Keyword })).Results.Select(hit => hit.SourceKey);
}
