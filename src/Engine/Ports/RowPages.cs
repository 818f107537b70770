using System.Runtime.CompilerServices;

namespace Exchange.Engine.Ports;

/// <summary>Reads whole lists, a page at a time, so that no list is ever held at once.</summary>
public static class RowPages
{
    private const int PageRows = 1000;

    /// <summary>
    /// The rows of a list in its order. Each page is of its own moment: a row that is written meanwhile may be missing.
    /// </summary>
    public static async IAsyncEnumerable<TRow> ReadAllAsync<TRow>(
        this IRowStore rows, RowQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
        where TRow : Row
    {
        RowCursor? after = null;
        while (true)
        {
            var page = await rows.ListAsync(query, after, PageRows, cancellationToken).ConfigureAwait(false);
            foreach (var row in page)
            {
                yield return (TRow)row;
            }

            if (page.Length < PageRows)
            {
                yield break;
            }

            after = new(page[^1].Chain, page[^1].Item);
        }
    }
}
