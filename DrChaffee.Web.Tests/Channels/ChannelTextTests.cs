using DrChaffee.Ingestion.Discovery;
using DrChaffee.Web.Features.Channels;

namespace DrChaffee.Web.Tests.Channels;

public sealed class ChannelTextTests
{
    [Theory]
    [InlineData("folder", "/srv/samples#Sample talks", "Sample talks", "/srv/samples")]
    [InlineData("folder", "/srv/C#", "C#", "/srv/C#")]
    [InlineData("rss", "https://talks.example/feed#talks", "talks", "https://talks.example/feed#talks")]
    public void An_address_is_what_a_person_would_write(string kind, string address, string title, string told) =>
        Assert.Equal(told, ChannelText.AddressOf(new ChannelState(1, kind, address, title, new ChannelSettings(), null, null, 0, 0)));
}
