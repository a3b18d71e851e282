namespace DrChaffee.Web.Tests.EndToEnd;

/// <summary>All that a visitor does, where the role of the database only reads.</summary>
[Collection<InABrowser>]
public sealed class ReadOnlyVisitorTests(Browser browser, ReadOnlyApp app) : VisitorTests(browser, app), IClassFixture<ReadOnlyApp>;

[Collection<InABrowser>]
public sealed class ReadOnlyEveryPageTests(Browser browser, ReadOnlyApp app) : EveryPageTests(browser, app), IClassFixture<ReadOnlyApp>;

[Collection<InABrowser>]
public sealed class ReadOnlySearchPageTests(Browser browser, ReadOnlyTalksApp app) : SearchPageTests<ReadOnlyTalksApp>(browser, app);

[Collection<InABrowser>]
public sealed class ReadOnlySearchBoxTests(Browser browser, ReadOnlyTalksApp app) : SearchBoxTests<ReadOnlyTalksApp>(browser, app);
