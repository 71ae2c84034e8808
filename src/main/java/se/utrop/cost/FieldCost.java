package se.utrop.cost;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The cost of a field with its whole selection, as a function of the operation's variables.
 *
 * @param conditions the field is executed only if all of them hold
 * @param weight the cost of the field itself
 * @param inputs what the fields of its arguments add to that
 * @param size the number of objects that the field returns
 * @param shapes the fields of each possible object type; empty if the field returns no objects
 */
record FieldCost(
        String name,
        List<Condition> conditions,
        int weight,
        List<InputCost> inputs,
        ListSize size,
        List<List<FieldCost>> shapes) {

    /** An {@code @include} or {@code @skip} that depends on a variable. */
    record Condition(String variable, boolean wanted) {

        boolean holds(Map<String, @Nullable Object> variables) {
            return Boolean.valueOf(wanted).equals(variables.get(variable));
        }
    }

    /**
     * The values that a cost depends on.
     *
     * @param longest the largest page size that is allowed; larger ones are refused later
     */
    record Request(Map<String, @Nullable Object> variables, long longest) {}

    private static final int BYTES = 100;

    /** Approximate size in memory, in bytes. */
    static int weight(List<FieldCost> fields) {
        int weight = 0;
        for (FieldCost field : fields) {
            weight += BYTES * (1 + field.inputs.size());
            for (List<FieldCost> shape : field.shapes) {
                weight += weight(shape);
            }
        }
        return weight;
    }

    static CostEstimate of(List<FieldCost> fields, Request request) {
        CostEstimate sum = CostEstimate.NOTHING;
        for (FieldCost field : fields) {
            sum = sum.plus(field.of(request));
        }
        return sum;
    }

    private CostEstimate of(Request request) {
        for (Condition condition : conditions) {
            if (!condition.holds(request.variables())) {
                return CostEstimate.NOTHING;
            }
        }
        CostEstimate inner = CostEstimate.NOTHING;
        for (List<FieldCost> shape : shapes) {
            CostEstimate one = of(shape, request);
            inner = one.points() > inner.points() ? one : inner;
        }
        long own = weight
                + inputs.stream()
                        .mapToLong(input -> input.of(request.variables()))
                        .sum();
        return inner.plus(shapes.isEmpty() ? 0 : 1, 0)
                .times(size.of(request.variables(), request.longest()))
                .plus(own, own);
    }

    /** The path to the most expensive field, with the list sizes that are multiplied on it. */
    static List<String> heaviest(List<FieldCost> fields, Request request) {
        List<String> path = new ArrayList<>();
        List<FieldCost> below = fields;
        while (!below.isEmpty()) {
            FieldCost heaviest = below.stream()
                    .max(Comparator.comparingLong(field -> field.of(request).points()))
                    .orElseThrow();
            if (heaviest.shapes.isEmpty()) {
                break;
            }
            long size = heaviest.size.of(request.variables(), request.longest());
            path.add(size == 1 ? heaviest.name : heaviest.name + " × " + size);
            below = heaviest.shapes.stream()
                    .max(Comparator.comparingLong(shape -> of(shape, request).points()))
                    .orElseThrow();
        }
        return path;
    }
}
