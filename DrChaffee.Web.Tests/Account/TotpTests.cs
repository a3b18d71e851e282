using System.Text;
using DrChaffee.Domain.Accounts;

namespace DrChaffee.Web.Tests.Account;

public sealed class TotpTests
{
    private static readonly byte[] RfcSecret = Encoding.ASCII.GetBytes("12345678901234567890");
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 10, TimeSpan.Zero);

    [Theory]
    [InlineData(59, "94287082")]
    [InlineData(1111111109, "07081804")]
    [InlineData(1111111111, "14050471")]
    [InlineData(1234567890, "89005924")]
    [InlineData(2000000000, "69279037")]
    [InlineData(20000000000, "65353130")]
    public void Codes_are_those_of_RFC_6238(long seconds, string code) =>
        Assert.Equal(code, Totp.Code(RfcSecret, Totp.StepOf(DateTimeOffset.FromUnixTimeSeconds(seconds)), digits: 8));

    [Theory]
    [InlineData("", "")]
    [InlineData("f", "MY")]
    [InlineData("fo", "MZXQ")]
    [InlineData("foo", "MZXW6")]
    [InlineData("foob", "MZXW6YQ")]
    [InlineData("fooba", "MZXW6YTB")]
    [InlineData("foobar", "MZXW6YTBOI")]
    public void Secrets_are_written_as_RFC_4648_says(string text, string written)
    {
        Assert.Equal(written, Base32.Encode(Encoding.ASCII.GetBytes(text)));
        Assert.Equal(text, Encoding.ASCII.GetString(Base32.TryDecode(written)!));
    }

    [Theory]
    [InlineData(-2, false)]
    [InlineData(-1, true)]
    [InlineData(0, true)]
    [InlineData(1, true)]
    [InlineData(2, false)]
    public void A_code_of_the_step_before_or_after_is_taken(int steps, bool taken)
    {
        var step = Totp.StepOf(Now) + steps;

        var matched = Totp.TryMatch(Base32.Encode(RfcSecret), Totp.Code(RfcSecret, step), Now, lastStep: null);

        Assert.Equal(taken ? step : null, matched);
    }

    [Fact]
    public void A_code_and_those_before_it_are_worth_nothing_once_it_was_used()
    {
        var (secret, step) = (Base32.Encode(RfcSecret), Totp.StepOf(Now));

        Assert.Null(Totp.TryMatch(secret, Totp.Code(RfcSecret, step), Now, lastStep: step));
        Assert.Null(Totp.TryMatch(secret, Totp.Code(RfcSecret, step - 1), Now, lastStep: step));
        Assert.Equal(step + 1, Totp.TryMatch(secret, Totp.Code(RfcSecret, step + 1), Now, lastStep: step));
    }

    [Fact]
    public void Recovery_codes_are_known_however_they_are_written()
    {
        var codes = RecoveryCodes.New();

        Assert.Equal(10, codes.Distinct(StringComparer.Ordinal).Count());
        Assert.Equal(RecoveryCodes.Hash(codes[0]), RecoveryCodes.Hash($" {codes[0].Replace("-", " ", StringComparison.Ordinal).ToUpperInvariant()} "));
        Assert.NotEqual(RecoveryCodes.Hash(codes[0]), RecoveryCodes.Hash(codes[1]));
    }
}
