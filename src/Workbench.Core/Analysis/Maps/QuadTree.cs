namespace Workbench.Analysis.Maps;

/// <summary>A quadtree over points in the plane that sums up far points as one (Barnes and Hut 1986).</summary>
internal sealed class QuadTree
{
    private const int MaxDepth = 48;
    private readonly double[] places;
    private readonly int[] leafOf;
    private readonly List<Cell> cells = [];

    /// <summary>Builds the tree.</summary>
    /// <param name="places">x and y of each point in turn.</param>
    public QuadTree(double[] places)
    {
        this.places = places;
        var n = places.Length / 2;
        leafOf = new int[n];
        double lowX = double.MaxValue, lowY = double.MaxValue, highX = double.MinValue, highY = double.MinValue;
        for (var i = 0; i < n; i++)
        {
            (lowX, highX) = (Math.Min(lowX, places[2 * i]), Math.Max(highX, places[2 * i]));
            (lowY, highY) = (Math.Min(lowY, places[2 * i + 1]), Math.Max(highY, places[2 * i + 1]));
        }
        var half = Math.Max(Math.Max(highX - lowX, highY - lowY) / 2, 1e-12) * (1 + 1e-9);
        cells.Add(new Cell((lowX + highX) / 2, (lowY + highY) / 2, half));
        for (var i = 0; i < n; i++) Insert(i);
        foreach (var cell in cells)
        {
            cell.MeanX /= Math.Max(cell.Count, 1);
            cell.MeanY /= Math.Max(cell.Count, 1);
        }
    }

    /// <summary>Adds Σ_j (y_i - y_j)/(1 + d²)² for every point, and returns the sum of 1/(1 + d²) over ordered pairs.</summary>
    public double Repel(double theta, double[] repulsion)
    {
        var total = 0.0;
        var open = new Stack<int>();
        for (var i = 0; i < leafOf.Length; i++)
        {
            open.Push(0);
            while (open.TryPop(out var index))
            {
                var cell = cells[index];
                var count = leafOf[i] == index ? cell.Count - 1 : cell.Count;
                if (count <= 0) continue;
                double dx = places[2 * i] - cell.MeanX, dy = places[2 * i + 1] - cell.MeanY;
                var squared = dx * dx + dy * dy;
                if (cell.FirstChild < 0 || 4 * cell.Half * cell.Half < theta * theta * squared)
                {
                    var weight = 1 / (1 + squared);
                    total += count * weight;
                    repulsion[2 * i] += count * weight * weight * dx;
                    repulsion[2 * i + 1] += count * weight * weight * dy;
                    continue;
                }
                for (var child = 0; child < 4; child++) open.Push(cell.FirstChild + child);
            }
        }
        return total;
    }

    private void Insert(int point)
    {
        var (index, depth) = (0, 0);
        while (true)
        {
            var cell = cells[index];
            Count(cell, point);
            if (cell.FirstChild >= 0)
            {
                index = cell.FirstChild + cell.Quadrant(places[2 * point], places[2 * point + 1]);
                depth++;
                continue;
            }
            // At the deepest level points that lie together share a leaf.
            if (cell.Point < 0 || depth >= MaxDepth)
            {
                cell.Point = point;
                leafOf[point] = index;
                return;
            }
            Split(cell);
            var moved = cell.Point;
            var home = cell.FirstChild + cell.Quadrant(places[2 * moved], places[2 * moved + 1]);
            Count(cells[home], moved);
            (cells[home].Point, leafOf[moved], cell.Point) = (moved, home, -1);
            index = cell.FirstChild + cell.Quadrant(places[2 * point], places[2 * point + 1]);
            depth++;
        }
    }

    private void Count(Cell cell, int point)
    {
        cell.Count++;
        cell.MeanX += places[2 * point];
        cell.MeanY += places[2 * point + 1];
    }

    private void Split(Cell cell)
    {
        cell.FirstChild = cells.Count;
        var half = cell.Half / 2;
        for (var child = 0; child < 4; child++)
            cells.Add(new Cell(cell.X + ((child & 1) == 0 ? -half : half), cell.Y + ((child & 2) == 0 ? -half : half), half));
    }

    private sealed class Cell(double x, double y, double half)
    {
        public double X { get; } = x;

        public double Y { get; } = y;

        public double Half { get; } = half;

        public int FirstChild { get; set; } = -1;

        public int Point { get; set; } = -1;

        public int Count { get; set; }

        // Sums while points are inserted, means afterwards.
        public double MeanX { get; set; }

        public double MeanY { get; set; }

        public int Quadrant(double px, double py) => (px > X ? 1 : 0) + (py > Y ? 2 : 0);
    }
}
