namespace Exchange.Api.Parsing;

/// <summary>The body of a request: held to its declared bounds before an operation sees it.</summary>
public interface IRequestBody;
