using DrChaffee.Domain.Search.Words;

namespace DrChaffee.Web.Tests.Search;

public sealed class AbbreviationsTests
{
    [Theory]
    [InlineData("A study of double-balloon enteroscopy (DBE) in adults.", "Is double balloon enteroscopy safe?", "dbe")]
    [InlineData("Very low birth weight infants (VLBWIs) were fed early.", "feeding very low birth weight infants", "vlbwi")]
    public void What_a_text_explains_is_known_by_its_words(string text, string question, string abbreviation)
    {
        Assert.Equal([abbreviation], Read(text).Of(question));
    }

    [Theory]
    [InlineData("Double-balloon enteroscopy (see there) is new.", "double balloon enteroscopy")]
    [InlineData("The European Union (NATO) met.", "the european union")]
    [InlineData("(DBE) (", "double balloon enteroscopy")]
    [InlineData("Double-balloon enteroscopy (DBE)", "balloon enteroscopy")]
    [InlineData("Double-balloon enteroscopy (DBE)", "double balloon enteroscopy, DBE for short")]
    public void Nothing_is_made_up_or_said_twice(string text, string question)
    {
        Assert.Empty(Read(text).Of(question));
    }

    private static Abbreviations Read(string text)
    {
        var reader = new Abbreviations.Reader();
        reader.Read(text);
        return reader.Finish();
    }
}
