using DrChaffee.Ingestion.Capacity;

namespace DrChaffee.Web.Tests.Capacity;

public sealed class DatabasePlaceTests
{
    [Theory]
    [InlineData("Host=localhost")]
    [InlineData("Host=127.0.0.1;Port=5601")]
    [InlineData("Host=::1")]
    [InlineData("Host=/var/run/postgresql")]
    [InlineData("Host=127.0.0.1:5601,localhost:5602")]
    public void A_database_of_this_machine_lies_where_it_says(string connection) =>
        Assert.Equal(new DatabasePlace(Path.GetTempPath(), null), DatabasePlace.Of(connection, Path.GetTempPath()));

    [Theory]
    [InlineData("Host=db.example", "/", "on another machine")]
    [InlineData("Host=localhost,db.example", "/", "on another machine")]
    [InlineData("Host=10.0.0.5", "/", "on another machine")]
    [InlineData("Host=localhost", null, "may not ask")]
    [InlineData("Host=localhost", "/no/such/folder", "cannot be seen")]
    public void Where_its_disk_cannot_be_seen_a_sentence_says_why(string connection, string? folder, string why)
    {
        var place = DatabasePlace.Of(connection, folder);

        Assert.Null(place.Folder);
        Assert.Contains(why, place.Unseen, StringComparison.Ordinal);
    }
}
