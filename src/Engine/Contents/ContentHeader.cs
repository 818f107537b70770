namespace Exchange.Engine.Contents;

/// <summary>What a content file says about itself before its rows.</summary>
/// <param name="Format">The number of the form of the file.</param>
/// <param name="Upload">The command that put the content: its rows are sealed for it.</param>
/// <param name="KeyColumn">The column whose values stand for subjects and are not kept.</param>
/// <param name="Columns">The columns kept, in the order of the cells.</param>
internal sealed record ContentHeader(
    int Format, GrainKey Dataset, GrainKey Revision, Bytes16 Upload, Exchange.Grains.Datasets.SubjectLevel Level,
    ColumnName? KeyColumn, [Count(512)] ImmutableArray<ColumnName> Columns)
{
    internal const int FormatNumber = 1;
    internal const int SizeBytesMax = 64 * 1024;

    internal bool HasSubjects => Level != Exchange.Grains.Datasets.SubjectLevel.None;
}
