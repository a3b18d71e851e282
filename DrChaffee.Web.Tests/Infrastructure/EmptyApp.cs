namespace DrChaffee.Web.Tests.Infrastructure;

/// <summary>The program with an empty library, for tests that change what others look at.</summary>
public sealed class EmptyApp : ChaffeeApp
{
    protected override Task FillAsync() => Task.CompletedTask;
}
