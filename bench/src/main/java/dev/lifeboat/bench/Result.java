package dev.lifeboat.bench;

/**
 * One number.
 *
 * @param name what was measured
 * @param measured Lifeboat's number
 * @param unit of measured and reference
 * @param reference the same by the bare tools in the same run; null where the goal is absolute
 * @param ratio measured by reference; null without a reference
 * @param goal in words
 * @param met whether the goal was reached
 * @param note how it was measured, with the single runs
 */
public record Result(
        String name,
        double measured,
        String unit,
        Double reference,
        Double ratio,
        String goal,
        boolean met,
        String note) {

    /** At most so much. */
    static Result atMost(String name, double measured, String unit, double limit, String note) {
        return new Result(name, measured, unit, null, null, "<= " + Report.number(limit), measured <= limit, note);
    }

    /** At least so much. */
    static Result atLeast(String name, double measured, String unit, double limit, String note) {
        return new Result(name, measured, unit, null, null, ">= " + Report.number(limit), measured >= limit, note);
    }

    /** At most a multiple of the reference, and a number of units more. */
    static Result beside(
            String name, double measured, double reference, String unit, double factor, double more, String note) {
        String goal = "<= " + Report.number(factor) + "x" + (more > 0 ? " + " + Report.number(more) : "");
        return new Result(
                name,
                measured,
                unit,
                reference,
                measured / reference,
                goal,
                measured <= reference * factor + more,
                note);
    }

    /** At least a multiple of the reference. */
    static Result atLeastBeside(
            String name, double measured, double reference, String unit, double factor, String note) {
        return new Result(
                name,
                measured,
                unit,
                reference,
                measured / reference,
                ">= " + Report.number(factor) + "x",
                measured >= reference * factor,
                note);
    }
}
