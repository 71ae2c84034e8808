package se.utrop.federation;

import graphql.language.Argument;
import graphql.language.ArrayValue;
import graphql.language.AstPrinter;
import graphql.language.AstTransformer;
import graphql.language.BooleanValue;
import graphql.language.Definition;
import graphql.language.Directive;
import graphql.language.DirectiveDefinition;
import graphql.language.Document;
import graphql.language.FieldDefinition;
import graphql.language.IntValue;
import graphql.language.NamedNode;
import graphql.language.Node;
import graphql.language.NodeVisitorStub;
import graphql.language.StringValue;
import graphql.language.Value;
import graphql.parser.Parser;
import graphql.parser.ParserEnvironment;
import graphql.parser.ParserOptions;
import graphql.util.TraversalControl;
import graphql.util.TraverserContext;
import graphql.util.TreeTransformerUtil;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Prints the schema for composition: translates {@code @cost} and {@code @listSize} to Federation's directives of the
 * same names, so that routers know the costs. Federation's directives can't express the cost of an argument's fields,
 * and accept only integers as slicing arguments.
 *
 * @see <a href="https://specs.apollo.dev/cost/v0.1/">Apollo's cost specification</a>
 */
@SuppressWarnings("rawtypes") // graphql-java declares its nodes as raw types
final class SubgraphSdl extends NodeVisitorStub {

    private static final String COST = "cost";

    private static final String COST_OF_FIELDS = "fields";

    private static final String LIST_SIZE = "listSize";

    private static final String SLICING = "slicingArguments";

    private static final Pattern OF_FEDERATION = Pattern.compile("(_|federation__|link__).*");

    /** The assumed size of a list whose size is that of a list of ids. */
    private final int ids;

    private SubgraphSdl(int ids) {
        this.ids = ids;
    }

    static String of(String sdl, int ids) {
        Document document = Parser.parse(ParserEnvironment.newParserEnvironment()
                .document(sdl)
                .parserOptions(ParserOptions.getDefaultSdlParserOptions())
                .build());
        List<Definition> own = document.getDefinitions().stream()
                .filter(definition -> !isOfFederation(definition))
                .toList();
        Node<?> written = new AstTransformer()
                .transform(document.transform(changed -> changed.definitions(own)), new SubgraphSdl(ids));
        return AstPrinter.printAst(written);
    }

    private static boolean isOfFederation(Definition<?> definition) {
        return definition instanceof DirectiveDefinition
                || (definition instanceof NamedNode<?> named
                        && OF_FEDERATION.matcher(named.getName()).matches());
    }

    @Override
    public TraversalControl visitFieldDefinition(FieldDefinition field, TraverserContext<Node> context) {
        return OF_FEDERATION.matcher(field.getName()).matches()
                ? TreeTransformerUtil.deleteNode(context)
                : TraversalControl.CONTINUE;
    }

    @Override
    public TraversalControl visitDirective(Directive directive, TraverserContext<Node> context) {
        return switch (directive.getName()) {
            case "link" -> TreeTransformerUtil.changeNode(context, linked(directive));
            case COST ->
                directive.getArgument(COST_OF_FIELDS) == null
                        ? TraversalControl.CONTINUE
                        : TreeTransformerUtil.deleteNode(context);
            case LIST_SIZE ->
                TreeTransformerUtil.changeNode(context, sized(directive, (FieldDefinition) context.getParentNode()));
            default -> TraversalControl.CONTINUE;
        };
    }

    private static Directive linked(Directive link) {
        List<Value> names = new ArrayList<>(values(link, "import"));
        names.add(StringValue.of("@" + COST));
        names.add(StringValue.of("@" + LIST_SIZE));
        return with(link, new Argument("import", new ArrayValue(names)));
    }

    /** Keeps only the integer slicing arguments, and requires none of them. */
    private Directive sized(Directive listSize, FieldDefinition field) {
        List<Value> given = values(listSize, SLICING);
        List<Value> integers =
                given.stream().filter(name -> isInteger(field, name)).toList();
        Directive sized = integers.equals(given)
                ? listSize
                : with(without(listSize, SLICING), new Argument("assumedSize", IntValue.of(ids)));
        return with(sized, new Argument("requireOneSlicingArgument", BooleanValue.of(false)));
    }

    private static boolean isInteger(FieldDefinition field, Value<?> name) {
        return field.getInputValueDefinitions().stream()
                .filter(argument ->
                        name instanceof StringValue text && argument.getName().equals(text.getValue()))
                .anyMatch(argument -> AstPrinter.printAst(argument.getType()).startsWith("Int"));
    }

    private static List<Value> values(Directive directive, String argument) {
        return directive.getArgument(argument) != null
                        && directive.getArgument(argument).getValue() instanceof ArrayValue list
                ? list.getValues()
                : List.of();
    }

    private static Directive with(Directive directive, Argument argument) {
        List<Argument> arguments =
                new ArrayList<>(without(directive, argument.getName()).getArguments());
        arguments.add(argument);
        return directive.transform(changed -> changed.arguments(arguments));
    }

    private static Directive without(Directive directive, String argument) {
        return directive.transform(changed -> changed.arguments(directive.getArguments().stream()
                .filter(other -> !other.getName().equals(argument))
                .toList()));
    }
}
