namespace Exchange.Style.Tests.Reading;

/// <summary>One breach of the house style: where it stands and what is wrong with it.</summary>
internal sealed record Offender(string Path, int Line, string Problem)
{
    public override string ToString() => Line == 0 ? $"{Path}: {Problem}" : $"{Path}:{Line}: {Problem}";
}
