namespace DrChaffee.Web.Features.Account;

/// <summary>What cannot be done with an account, in one plain sentence.</summary>
public sealed class AccountException(string message) : Exception(message);
