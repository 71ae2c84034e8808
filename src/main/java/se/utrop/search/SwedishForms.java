package se.utrop.search;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.springframework.core.io.ClassPathResource;

/**
 * The forms that a Swedish word may have, by the regular paradigms and the irregular families. The paradigms also make forms
 * that no word has: they count only where they occur in a text.
 *
 * @see <a href="https://en.wikipedia.org/wiki/Swedish_grammar">Swedish grammar</a>
 */
final class SwedishForms {

    private static final int LONGEST = 40;

    private static final String VOWELS = "aeiouyåäöé";

    private static final Pattern VOWEL = Pattern.compile("[" + VOWELS + "]");

    private static final Pattern GENITIVE = Pattern.compile("[^s]s$");

    /** The consonants that are single before l and r: nummer, numret. */
    private static final Pattern DOUBLE = Pattern.compile("([mn])\\1$");

    private static final Pattern SINGLE = Pattern.compile("(?<=[" + VOWELS + "])([mn])$");

    private static final WordFamilies FAMILIES = new WordFamilies(new ClassPathResource("search/swedish-words.txt"));

    private static final List<Paradigm> PARADIGMS = List.of(
            // flicka, ros
            new Paradigm("", "a an or orna"),
            // bil, kund, hus, papper
            new Paradigm("(?<=[^" + VOWELS + "])", "- en et ar arna er erna ena"),
            // dröm, rum
            new Paradigm("(?<=[" + VOWELS + "]m)", "- men met mar marna mer merna"),
            // pojke, händelse, äpple, lärare
            new Paradigm("", "e en et er erna ar arna ena"),
            new Paradigm("(?<=..ar)", "e en na"),
            // ekonomi, parti, kafé
            new Paradigm("(?<=..[iée])", "- n en t et er erna"),
            // museum, gymnasium
            new Paradigm("(?<=[ei])", "um et er erna"),
            // historia
            new Paradigm("(?<=i)", "a en er erna"),
            // politiker
            new Paradigm("(?<=[^" + VOWELS + "])", "er ern erna"),
            // sektor
            new Paradigm("(?<=[^" + VOWELS + "])", "or orn orer orerna"),
            // nyckel, kapitel
            new Paradigm("(?<=[^" + VOWELS + "])", "el eln lar larna ler lerna let len", true),
            // vinter, nummer
            new Paradigm("(?<=[^" + VOWELS + "])", "er ern rar rarna ret ren", true),
            // ansökan
            new Paradigm("(?<=^(?:an|be|för|in|med|på|sam|und|öns|över|ef).{1,20})", "an ning ningen ningar ningarna"),
            // öka, planera, handla
            new Paradigm("", "a ar ade at ad ande andet ades ats ning ningen ningar ningarna"),
            new Paradigm("(?<=[lrn])", "a ar ade at ad ande ing ingen ingar ingarna"),
            // ekonomisk, tidig, regional, positiv, hållbar, våldsam, relevant, svensk
            new Paradigm(
                    "(?<=..(?:sk|ig|al|ell|iv|bar|sam|ant|ent|ös|är|full|lös|rik|fri|vis))", "- t a e are ast aste"),
            new Paradigm("(?<=..sam)", "- t ma me mare mast"),
            // ökad
            new Paradigm("", "ad at ade"));

    /**
     * An abbreviation of two letters, such as sl or eu. A consonant and a vowel are excluded: with -s, gå and ro would be other
     * words.
     */
    private static final Pattern ABBREVIATION = Pattern.compile("[aeiouyåäö]{2}|\\p{L}[^aeiouyåäö]");

    private SwedishForms() {}

    /**
     * The forms of a word in lower case, among them itself. The genitive of a noun and the passive of a verb are forms of
     * each form.
     */
    static Set<String> of(String word) {
        Set<String> forms = new LinkedHashSet<>(Set.of(word));
        if (word.length() <= LONGEST) {
            bases(word).forEach(base -> addForms(forms, base));
        }
        return forms;
    }

    /** The word itself, and without the -s of a genitive or a passive. */
    private static Stream<String> bases(String word) {
        return word.length() > 3 && GENITIVE.matcher(word).find()
                ? Stream.of(word, word.substring(0, word.length() - 1))
                : Stream.of(word);
    }

    private static void addForms(Set<String> forms, String base) {
        plainForms(base).forEach(form -> {
            forms.add(form);
            if ((form.length() > 2 || ABBREVIATION.matcher(form).matches()) && !form.endsWith("s")) {
                forms.add(form + "s");
            }
        });
    }

    /** An irregular word has no regular forms, and is no form of another word. */
    private static Set<String> plainForms(String base) {
        Set<String> forms = new LinkedHashSet<>();
        if (!FAMILIES.contains(base)) {
            PARADIGMS.forEach(paradigm -> paradigm.addForms(forms, base));
            forms.removeIf(FAMILIES::contains);
        }
        forms.addAll(FAMILIES.of(base));
        forms.add(base);
        return forms;
    }

    /**
     * Endings of which a word has all or some.
     *
     * @param stem what the stem ends with
     * @param endings each added to the stem
     * @param contracted whether a double consonant is single before some of the endings
     */
    private record Paradigm(Pattern stem, List<String> endings, boolean contracted) {

        Paradigm(String stem, String endings) {
            this(stem, endings, false);
        }

        Paradigm(String stem, String endings, boolean contracted) {
            this(
                    Pattern.compile(stem + "$"),
                    Stream.of(endings.split(" ", -1))
                            .map(ending -> ending.equals("-") ? "" : ending)
                            .toList(),
                    contracted);
        }

        void addForms(Set<String> forms, String word) {
            endings.stream()
                    .filter(word::endsWith)
                    .map(ending -> word.substring(0, word.length() - ending.length()))
                    .filter(this::isStem)
                    .flatMap(this::variants)
                    .forEach(found -> endings.forEach(ending -> forms.add(found + ending)));
        }

        private boolean isStem(String found) {
            return found.length() >= 2
                    && VOWEL.matcher(found).find()
                    && stem.matcher(found).find();
        }

        private Stream<String> variants(String found) {
            return contracted
                    ? Stream.of(
                                    found,
                                    DOUBLE.matcher(found).replaceFirst("$1"),
                                    SINGLE.matcher(found).replaceFirst("$1$1"))
                            .distinct()
                    : Stream.of(found);
        }
    }
}
