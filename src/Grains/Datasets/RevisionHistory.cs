namespace Exchange.Grains.Datasets;

/// <summary>
/// How revisions follow one another. At most one is published, the latest; those before it are superseded and stay
/// deliverable where an agreement pinned them. When the latest is revoked, the one published last before it that is not
/// revoked itself is the latest again, so that agreements on the latest go on with what still stands.
/// </summary>
internal static class RevisionHistory
{
    internal static DatasetState Declare(DatasetState state, RevisionDeclared declared, EntryIndex index) => state with
    {
        ColumnTypes = state.ColumnTypes.SetItems(
            declared.Columns.Select(column => KeyValuePair.Create(column.Name, column.Type))),
        Revisions = state.Revisions.Add(declared.Revision, new(
            declared.Columns, RevisionStatus.Declared, index, Published: null, Upload: null, Content: null,
            RowsStored: 0, declared.Document, RowsNotLinked: 0, SizeBytes: 0)),
    };

    internal static DatasetState Publish(DatasetState state, RevisionPublished published, EntryIndex index)
    {
        var revisions = state.Revisions;
        if (state.Latest is { } before)
        {
            revisions = revisions.SetItem(before, revisions[before] with { Status = RevisionStatus.Superseded });
        }

        revisions = revisions.SetItem(published.Revision, revisions[published.Revision] with
        {
            Status = RevisionStatus.Published,
            Published = index,
            Upload = published.Upload,
            Content = published.Content,
            RowsStored = published.RowsStored,
            RowsNotLinked = published.RowsNotLinked,
            SizeBytes = published.SizeBytes,
        });
        return state with { Revisions = revisions, Latest = published.Revision };
    }

    internal static DatasetState Revoke(DatasetState state, GrainKey key)
    {
        var revisions = state.Revisions.SetItem(key, state.Revisions[key] with { Status = RevisionStatus.Revoked });
        if (state.Latest != key)
        {
            return state with { Revisions = revisions };
        }

        GrainKey? latest = null;
        foreach (var (other, revision) in revisions)
        {
            if (revision.Status == RevisionStatus.Superseded
                && (latest is not { } best || revision.Published > revisions[best].Published))
            {
                latest = other;
            }
        }

        return latest is { } again
            ? state with
            {
                Revisions = revisions.SetItem(again, revisions[again] with { Status = RevisionStatus.Published }),
                Latest = again,
            }
            : state with { Revisions = revisions, Latest = null };
    }
}
