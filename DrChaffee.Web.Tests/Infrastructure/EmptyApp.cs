namespace DrChaffee.Web.Tests.Infrastructure;

/// <summary>The program with an empty library, for tests that change what others look at.</summary>
public sealed class EmptyApp(params (string Name, string Value)[] variables) : ChaffeeApp
{
    public EmptyApp() : this([])
    {
    }

    protected override IEnumerable<(string Name, string Value)> Variables => variables;

    protected override Task FillAsync() => Task.CompletedTask;
}
