using DrChaffee.Ingestion.SpeakerIdentification;

namespace DrChaffee.Web.Tests.Pipeline;

public sealed class SpeakerLabelsTests
{
    [Theory]
    [InlineData("Speaker 1")]
    [InlineData("SPEAKER_00")]
    [InlineData("spk_2")]
    [InlineData("Unknown")]
    [InlineData("Unknown Speaker")]
    [InlineData("Speaker A")]
    [InlineData("7")]
    [InlineData("Guest")]
    public void A_made_up_label_belongs_to_its_recording(string label) => Assert.True(SpeakerLabels.Read(label).Local);

    [Theory]
    [InlineData("Ann Lee")]
    [InlineData("Mana")]
    [InlineData("Dr. Guest")]
    [InlineData("Al")]
    public void A_name_belongs_to_a_person(string label) => Assert.False(SpeakerLabels.Read(label).Local);
}
