package se.utrop.cost;

/**
 * The upper bound of a cost, in points.
 *
 * @param points the whole cost
 * @param weights the part of it that fields cost beyond the objects that they return
 */
record CostEstimate(long points, long weights) {

    static final CostEstimate NOTHING = new CostEstimate(0, 0);

    /** Large enough to be refused, and small enough to be added and multiplied without overflow. */
    private static final long COUNTLESS = 1_000_000_000_000L;

    CostEstimate plus(CostEstimate other) {
        return plus(other.points, other.weights);
    }

    CostEstimate plus(long points, long weights) {
        return new CostEstimate(Math.min(COUNTLESS, this.points + points), Math.min(COUNTLESS, this.weights + weights));
    }

    CostEstimate times(long factor) {
        return new CostEstimate(Math.min(COUNTLESS, points * factor), Math.min(COUNTLESS, weights * factor));
    }
}
