using Npgsql;
using NpgsqlTypes;

namespace Exchange.Store.Postgres;

/// <summary>
/// After a conflict, within the transaction that is to store what can be stored: which parts those are. Each part that
/// is not gets its outcome.
/// </summary>
internal sealed class PartPicks(NpgsqlConnection connection)
{
    /// <summary>
    /// Refuses what cites a head that is no more. To be asked before heads are held: what moves a head that another
    /// part cites is in this transaction or waits for its end.
    /// </summary>
    internal void RefuseMoved(List<PostgresAppend> jobs, List<(ChainWithHead Cited, long Number)> cited)
    {
        if (cited.Count == 0)
        {
            return;
        }

        var moved = new HashSet<long>();
        Pick(moved, "pick_cited", [
            Array([.. cited.Select(each => each.Number)], NpgsqlDbType.Bigint),
            Array([.. cited.Select(each => each.Cited.Head.Index.Value)], NpgsqlDbType.Bigint),
            Array([.. cited.Select(each => each.Cited.Head.Hash.ToArray())], NpgsqlDbType.Bytea),
        ]);
        HashSet<ChainWithHead> wrong = [.. cited.Where(each => moved.Contains(each.Number)).Select(each => each.Cited)];
        foreach (var job in jobs)
        {
            if (job.Outcome is null && job.Part.Cited.Any(wrong.Contains))
            {
                job.Outcome = AppendOutcome.CitedMoved;
            }
        }
    }

    /// <summary>Begins new chains and holds the heads of the others, as far as they are as expected.</summary>
    /// <returns>The numbers of those chains.</returns>
    internal HashSet<long> PickHeads(List<PostgresAppend> jobs)
    {
        var fresh = new List<PostgresAppend>();
        var moving = new List<PostgresAppend>();
        foreach (var job in jobs)
        {
            if (job.Outcome is not null)
            {
                continue;
            }

            if (job.IsNew && HasCommandTwice(job))
            {
                job.Outcome = AppendOutcome.CommandKnown;
                continue;
            }

            (job.IsNew ? fresh : moving).Add(job);
        }

        var picked = new HashSet<long>();
        Pick(picked, "pick_new_chains", [
            Array([.. fresh.Select(job => job.Number)], NpgsqlDbType.Bigint),
            Array([.. fresh.Select(job => (short)job.Part.Chain.Kind)], NpgsqlDbType.Smallint),
            Array([.. fresh.Select(job => job.Part.Chain.Key.Value)], NpgsqlDbType.Text),
            Array([.. fresh.Select(job => job.NewHead.Index.Value)], NpgsqlDbType.Bigint),
            Array([.. fresh.Select(job => job.NewHead.Hash.ToArray())], NpgsqlDbType.Bytea),
        ]);
        Pick(picked, "pick_heads", [
            Array([.. moving.Select(job => job.Number)], NpgsqlDbType.Bigint),
            Array([.. moving.Select(job => job.Part.Expected.Index.Value)], NpgsqlDbType.Bigint),
            Array([.. moving.Select(job => job.Part.Expected.Hash.ToArray())], NpgsqlDbType.Bytea),
        ]);
        return picked;
    }

    /// <summary>
    /// Refuses parts with a command that is stored. The heads are held, so that what is not known now stays unknown
    /// until the commit.
    /// </summary>
    internal void RefuseKnown(List<PostgresAppend> jobs)
    {
        var chains = new List<long>();
        var names = new List<Guid>();
        foreach (var job in jobs.Where(job => job is { Outcome: null, IsNew: false }))
        {
            for (var i = 0; i < job.Part.Entries.Length; i++)
            {
                chains.Add(job.Number);
                names.Add(new(job.Encoded.NameOf(i), bigEndian: true));
            }
        }

        var known = new HashSet<long>();
        Pick(known, "pick_known", [
            Array(chains.ToArray(), NpgsqlDbType.Bigint), Array(names.ToArray(), NpgsqlDbType.Uuid),
        ]);
        foreach (var job in jobs.Where(job => job is { Outcome: null, IsNew: false }))
        {
            if (known.Contains(job.Number) || HasCommandTwice(job))
            {
                job.Outcome = AppendOutcome.CommandKnown;
            }
        }
    }

    private void Pick(HashSet<long> picked, string statement, ReadOnlySpan<NpgsqlParameter> parameters)
    {
        using var command = new NpgsqlCommand(SqlText.Postgres.Of(statement), connection);
        foreach (var parameter in parameters)
        {
            _ = command.Parameters.Add(parameter);
        }

        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            _ = picked.Add(reader.GetInt64(0));
        }
    }

    private static bool HasCommandTwice(PostgresAppend job)
    {
        var names = new HashSet<Guid>();
        for (var i = 0; i < job.Part.Entries.Length; i++)
        {
            if (!names.Add(new(job.Encoded.NameOf(i), bigEndian: true)))
            {
                return true;
            }
        }

        return false;
    }

    internal static NpgsqlParameter<T[]> Array<T>(T[] values, NpgsqlDbType type) =>
        new() { TypedValue = values, NpgsqlDbType = NpgsqlDbType.Array | type };
}
