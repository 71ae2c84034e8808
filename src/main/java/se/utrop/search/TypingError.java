package se.utrop.search;

/** One letter missing, added or wrong, or two letters swapped: a Damerau-Levenshtein distance of one. */
final class TypingError {

    private TypingError() {}

    /** Whether that, and no less, is between two words. */
    static boolean separates(String a, String b) {
        int start = commonStart(a, b);
        String restA = a.substring(start);
        String restB = b.substring(start);
        return switch (restA.length() - restB.length()) {
            case 0 -> isReplaced(restA, restB) || isSwapped(restA, restB);
            case 1 -> restA.substring(1).equals(restB);
            case -1 -> restB.substring(1).equals(restA);
            default -> false;
        };
    }

    private static int commonStart(String a, String b) {
        int end = Math.min(a.length(), b.length());
        int start = 0;
        while (start < end && a.charAt(start) == b.charAt(start)) {
            start++;
        }
        return start;
    }

    private static boolean isReplaced(String a, String b) {
        return !a.isEmpty() && a.substring(1).equals(b.substring(1));
    }

    private static boolean isSwapped(String a, String b) {
        return a.length() > 1
                && a.charAt(0) == b.charAt(1)
                && a.charAt(1) == b.charAt(0)
                && a.substring(2).equals(b.substring(2));
    }
}
