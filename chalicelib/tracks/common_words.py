"""Words that programs and sentences are made of, some of which are somebody's name or login too."""

import builtins
import keyword

_ENGLISH = """
about admin after again anonymous answer april args argument array assert author auto back base begin best bill
binary block body bool boolean both buffer build byte cache call card case cast catch cell char chars chase child
city class clear client clone close code codes color commit common compare config const constant container continue
copy count counter cout cpp cursor data date dawn dean debug default define delete delta demo depth deque dict diff
digit dist distance double down drop dummy each edge element else email empty endl entry enum equal error event
every example extends extern faith false fast fetch field file files fill final find first flag flags float flow
flush folder format found frank from func function game goto grace grade graph green grid group guest hash head
header heap height hello helper here home hope host hour hunter image implements import include index info init
inline inner input insert inside integer interface island item items iterator java june just kind kotlin label
lambda last layer left length letter letters level library limit line lines link list local lock long loop lower
main make many mark mask master match matrix maybe mean median member memory merge message method middle mode model
module month more most move name names namespace need next node nodes none null nullptr number numbers object odds
once open option order other output over package page pair parent parse part pass password path pattern pivot place
plain player point pointer points print private problem process program project protected public pupil push python
query queue quick quit random range rank rate read reader ready real record recursion register remove repeat replace
reply request reset resize rest result results return reverse review right root rose round route rule runtime rust
same sample school score search second seen self send sequence server session shift short show side sign signed
simple single size skip sky slice small solution solve some sort sorted source space split stack star start state
static status step stop store stream string struct student style submit sum super swap switch system table tail take
target task teacher temp template term test tests text that then this thread throw time times title token total
track train tree trie true type typedef under unique unit unsigned until update upper user users using value values
variable vector version vertex view virtual void volatile wait walk want weight when where which while white width
will window with word words work world would write writer wrong year your zero
"""
_RUSSIAN = """
автор буква вера весна вперёд где граф данные для если задача зима класс конец корень лист любовь массив мая надежда
начало номер ответ отец ошибка поиск поле пример программа путь работа решение роза роман свет сила слава слово
строка сумма текст тест узел ученик файл функция цикл число школа
"""
_PYTHON = (name for name in (*keyword.kwlist, *dir(builtins)) if not name.startswith("_"))

COMMON = frozenset({*_ENGLISH.split(), *_RUSSIAN.split(), *map(str.lower, _PYTHON)})
"""In small letters."""
